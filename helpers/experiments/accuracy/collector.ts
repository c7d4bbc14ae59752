import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import type { Hook } from "../../testbed/suite/hook.ts";
import { putUp } from "../../testbed/suite/hooks.ts";

/** A host that attackers send data to: it takes whatever bytes come. */
export interface Collector extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Everything that arrived so far, of all connections. */
  readonly received: () => string;
}

const mostChars = 16 * 1024 * 1024;

/** The host that attackers send to, on the run's network. */
export const startCollector: Hook<Collector> = async ({ lab }) => {
  await using stack = new AsyncDisposableStack();
  return putUp(stack.use(await collect(lab.network.hostAddress)), stack);
};

/** Answers each chunk as a web server would and hangs up. */
async function collect(host: string): Promise<Collector> {
  let text = "";
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("error", () => undefined); // a client that breaks off has sent what it has sent
    socket.on("data", (chunk) => {
      if (text.length < mostChars) text += chunk.toString("latin1");
      socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    });
  });
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    host,
    port,
    received: () => text,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
