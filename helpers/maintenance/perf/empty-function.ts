/** A function that does nothing: what remains of a call to it is the hops and the client. Runs as its own process. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const port = Number(process.env["http_port"]);

const server = createServer({ keepAliveTimeout: 75_000 }, (incoming, outgoing) => {
  incoming.resume().on("end", () => {
    outgoing.writeHead(200, { "Content-Type": "text/plain", "Content-Length": 2 }).end("ok");
  });
});
server.listen(port, process.env["http_host"] ?? "127.0.0.1", () => {
  process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`);
});
