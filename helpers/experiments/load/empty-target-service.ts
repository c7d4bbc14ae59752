/** An HTTP server that answers everything with an empty 200. Runs as its own process. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { runService } from "../../base/child-service.ts";

await runService(async () => {
  const server = createServer((request, answer) => {
    request.resume().once("end", () => answer.end());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    info: { url: `http://127.0.0.1:${port}/` },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
});
