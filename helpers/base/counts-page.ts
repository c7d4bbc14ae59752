import { once } from "node:events";
import { createServer } from "node:http";
import { KaliumError, messageOf } from "./errors.ts";

/** What a service has counted, for anybody on this machine: any request on loopback is answered with `read()` as JSON. */
export interface CountsPage {
  readonly url: string;
  close(): void;
}

export async function startCountsPage(read: () => unknown): Promise<CountsPage> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(read()));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * What the page of the service called `name` says, in the shape that the service gives it.
 * @throws {KaliumError} E_SERVICE
 */
export async function readCountsPage(url: string, name: string): Promise<unknown> {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(60_000) })).json();
  } catch (error) {
    throw new KaliumError("E_SERVICE", `the ${name} does not answer: ${messageOf(error)}`, { cause: error });
  }
}
