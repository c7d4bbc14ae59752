import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { runService } from "../../base/child-service.ts";
import type { ForwarderOptions } from "./index.ts";

await runService(async (given) => {
  const { listen, target } = given as ForwarderOptions; // from startForwarder of this same checkout
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const upstream = connect({ ...target, noDelay: true, allowHalfOpen: true });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.pipe(to); // reads no faster than the other side takes; passes the end on
      from.on("error", () => to.destroy()); // the other side sees a cut connection, as it would without us
      from.on("close", () => {
        open.delete(from);
        to.destroySoon(); // sends what is still buffered
      });
    }
  });
  server.listen(listen);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : listen.port;
  return {
    info: { host: listen.host, port },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
});
