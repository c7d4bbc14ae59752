/** A TCP server that sends back what it gets. Runs as its own process. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { runService } from "../../base/child-service.ts";

await runService(async (options) => {
  const { host } = options as { readonly host: string };
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket.on("error", () => undefined).on("close", () => sockets.delete(socket)));
    socket.pipe(socket);
  });
  await once(server.listen(0, host), "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    info: { host, port },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
});
