/** The part of a gateway that listens: REST API, calls of functions, asynchronous calls, metrics: docs/gateway.md. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { createAsyncQueue } from "./async-queue.ts";
import type { BasicAuth } from "./basic-auth.ts";
import { asyncPrefix, functionPrefix } from "./function-path.ts";
import { createInvoke } from "./invoke.ts";
import { createMetrics } from "./metrics.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import type { Provider } from "./provider.ts";
import { namesTwoHosts } from "./raw-headers.ts";
import { addRestApi } from "./rest-api.ts";

export interface ListenOptions {
  /** Address to bind. */
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Absent: `host`. */
  readonly metricsHost?: string | undefined;
  readonly metricsPort: number;
  /** Absent: the API is open. */
  readonly basicAuth?: BasicAuth | undefined;
  /** Holds calls to a function that is not ready instead of answering 503. */
  readonly holdUntilReady?: boolean | undefined;
  /** `host` or `host:port`: where answers of asynchronous calls may be posted beside the gateway's own functions. */
  readonly callbackHosts?: readonly string[] | undefined;
}

export interface CallTimeouts {
  /** Of a call, from the gateway's view; 502 after it. */
  readonly upstreamMs: number;
  /** Of a followed log stream. */
  readonly logFollowMs: number;
}

export interface Gateway extends AsyncDisposable {
  readonly url: string;
  readonly metricsUrl: string;
  /** Closes the ports and the provider. Idempotent. */
  readonly close: () => Promise<void>;
}

/** Starts listening. @throws whatever listening throws; nothing is left behind then, the provider included */
export async function serveGateway(
  provider: Provider,
  options: ListenOptions,
  timeouts: CallTimeouts,
): Promise<Gateway> {
  const { host } = options;
  const { functions } = provider;
  const metrics = createMetrics(() => new Map(functions.all().map(({ name, replicas }) => [name, replicas()])));
  const invoke = createInvoke({
    find: functions.get,
    metrics,
    gatewayTimeoutMs: timeouts.upstreamMs,
    holdUntilReady: options.holdUntilReady ?? false,
  });
  const asyncQueue = createAsyncQueue(() => urlOf(app), options.callbackHosts ?? []);

  const app = fastify({
    forceCloseConnections: true,
    // Calls of functions bypass fastify: they are measured, and need neither its parsers nor its router.
    serverFactory: (handler) => {
      const server = createServer(
        serverSettings,
        oneAtATime((incoming, outgoing) => {
          if (incoming.url?.startsWith("/") === false) incoming.url = withoutOrigin(incoming.url);
          const url = incoming.url ?? "";
          if (namesTwoHosts(incoming.rawHeaders)) refuseRequest(outgoing, "400 Bad Request: too many Host headers");
          else if (url.startsWith(functionPrefix)) invoke(incoming, outgoing);
          else if (url.startsWith(asyncPrefix)) void asyncQueue.handle(incoming, outgoing);
          else handler(incoming, outgoing);
        }),
      );
      server.maxHeadersCount = 0; // after the first 1,000, Node refuses a call or, in older versions, does not look at them
      return server;
    },
  });
  await addRestApi(app, { provider, metrics, basicAuth: options.basicAuth, logFollowMs: timeouts.logFollowMs });
  const metricsApp = fastify({ forceCloseConnections: true });
  metricsApp.get("/metrics", async (_, reply) => reply.type(metrics.contentType).send(await metrics.render()));
  metricsApp.get("/healthz", () => "OK");

  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= (async () => {
      asyncQueue.close();
      const results = await Promise.allSettled([provider.close(), app.close(), metricsApp.close()]);
      const failure = results.find((result) => result.status === "rejected");
      if (failure !== undefined) throw failure.reason;
    })());
  try {
    await app.listen({ host, port: options.port });
    await metricsApp.listen({ host: options.metricsHost ?? host, port: options.metricsPort });
  } catch (error) {
    await close();
    throw error;
  }
  return { url: urlOf(app), metricsUrl: `${urlOf(metricsApp)}/metrics`, close, [Symbol.asyncDispose]: close };
}

/** Node's own defaults would cut slow calls (300 s) and idle client connections (5 s) without a word. */
const serverSettings = {
  requestTimeout: 65_000,
  headersTimeout: 65_000,
  keepAliveTimeout: 75_000,
  maxHeaderSize: 2 ** 20,
} as const;

/** Nothing more is read from a client that speaks no HTTP. */
function refuseRequest(outgoing: ServerResponse, reason: string): void {
  const headers = ["Content-Type", "text/plain; charset=utf-8", "Connection", "close"];
  outgoing.writeHead(400, [...headers, "Content-Length", String(reason.length)]).end(reason);
}

/** Of a request that names a whole URL, as HTTP allows (RFC 9112, 3.2.2), what follows the host. */
const withoutOrigin = (target: string): string => target.replace(/^https?:\/\/[^/?#]*/i, "") || "/";

function urlOf(app: FastifyInstance): string {
  const { address, port } = app.server.address() as AddressInfo;
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}
