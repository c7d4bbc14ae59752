import { EventEmitter } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Connect, getOnce, type Endpoint } from "./readiness.ts";
import type { WatchdogSettings } from "./watchdog-settings.ts";

/** What the listener asks. */
export interface WatchdogSubject {
  readonly settings: WatchdogSettings;
  readonly function: Endpoint;
  /** What `/_/health` tells. */
  readonly healthy: () => Promise<boolean>;
  readonly accepting: () => Promise<boolean>;
  /** `max_inflight` is reached. */
  readonly full: () => boolean;
  readonly handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  /** Opens connections to the function; default: `node:net`. */
  readonly connect?: Connect | undefined;
  /** Called before it listens. */
  readonly onServer?: ((server: Server) => void) | undefined;
}

/** "Port 8080": what of-watchdog serves. Port 0: a free one. */
export async function listenAsWatchdog(
  watched: WatchdogSubject,
  { host, port }: Endpoint,
): Promise<{ server: Server; url: string }> {
  const { readTimeoutMs } = watched.settings;
  const server = createServer(
    { requestTimeout: readTimeoutMs, headersTimeout: readTimeoutMs, keepAliveTimeout: 75_000 },
    (incoming, outgoing) => {
      const { url = "" } = incoming;
      if (isPath(url, "/_/health")) void health(watched, incoming, outgoing);
      else if (isPath(url, "/_/ready")) void ready(watched, incoming, outgoing);
      else watched.handle(incoming, outgoing);
    },
  );
  server.maxHeadersCount = 0; // as the gateway: the function decides what it refuses
  // What a guard puts into the prototype of servers is for the function's.
  server.emit = (name: string | symbol, ...args: unknown[]) => EventEmitter.prototype.emit.call(server, name, ...args);
  watched.onServer?.(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  return { server, url: `http://${host}:${(server.address() as AddressInfo).port}` };
}

/** With or without a query. */
const isPath = (url: string, path: string): boolean =>
  url.startsWith(path) && (url.length === path.length || url[path.length] === "?");

async function health(watched: WatchdogSubject, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (incoming.method !== "GET") outgoing.writeHead(405).end();
  else if (await watched.healthy()) outgoing.writeHead(200, { "Content-Type": "text/plain; charset=utf-8" }).end("OK");
  else outgoing.writeHead(503).end();
}

async function ready(watched: WatchdogSubject, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(await readyStatus(watched, incoming.method)).end();
}

async function readyStatus(watched: WatchdogSubject, method: string | undefined): Promise<number> {
  if (method !== "GET") return 405;
  if (!(await watched.accepting())) return 503;
  if (watched.full()) return 429;
  if (watched.settings.readyPath === "") return 200;
  const signal = AbortSignal.timeout(watched.settings.execTimeoutMs || 30_000);
  return getOnce(watched.function, watched.settings.readyPath, signal, watched.connect).then(
    ({ status }) => status,
    () => 503,
  );
}
