/** The embedded, OpenFaaS-compatible gateway: docs/gateway.md. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import type { Runtime, RuntimeName, RuntimeSettings } from "../contracts.ts";
import { asyncPrefix, createAsyncQueue } from "./async-queue.ts";
import type { BasicAuth } from "./basic-auth.ts";
import { createFunctionRegistry } from "./function-registry.ts";
import { createInvoke, functionPrefix } from "./invoke.ts";
import { createMetrics } from "./metrics.ts";
import { addRestApi } from "./rest-api.ts";
import { createRuntimeChoice } from "./runtime-choice.ts";
import { createSecretStore } from "./secret-store.ts";

export interface GatewayTimeouts {
  /** Of a call, from the gateway's view; 502 after it. */
  readonly upstreamMs: number;
  /** From the start of an instance to its function's first answer. */
  readonly readyMs: number;
  /** From asking an instance to stop to killing it. */
  readonly stopGraceMs: number;
  /** Of a followed log stream. */
  readonly logFollowMs: number;
}

export const defaultTimeouts: GatewayTimeouts = {
  upstreamMs: 60_000,
  readyMs: 60_000,
  stopGraceMs: 2_000,
  logFollowMs: 65_000,
};

export interface GatewayOptions {
  /** Address to bind; the supervisors' listeners bind to it too. */
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly metricsPort: number;
  /** Absent: the API is open. */
  readonly basicAuth?: BasicAuth | undefined;
  readonly imagesDirectory: string;
  readonly runtimes: readonly Runtime[];
  readonly runtimeSettings: RuntimeSettings;
  readonly defaultRuntime: RuntimeName;
  readonly timeouts?: Partial<GatewayTimeouts> | undefined;
  /** Holds calls to a function that is not ready instead of answering 503. */
  readonly holdUntilReady?: boolean | undefined;
}

export interface Gateway extends AsyncDisposable {
  readonly url: string;
  readonly metricsUrl: string;
  /** Removes all instances in parallel and closes the ports. Idempotent. */
  readonly close: () => Promise<void>;
}

/** Starts listening. @throws whatever listening throws; nothing is left behind then */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { host, imagesDirectory, runtimeSettings } = options;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const closing = new AbortController();
  const secrets = createSecretStore();
  const chooseRuntime = createRuntimeChoice({ ...options, settings: runtimeSettings, signal: closing.signal });
  const registry = createFunctionRegistry(
    { imagesDirectory, secrets, chooseRuntime },
    {
      host,
      runId: runtimeSettings.runId,
      readyTimeoutMs: timeouts.readyMs,
      stopGraceMs: timeouts.stopGraceMs,
      gatewayTimeoutMs: timeouts.upstreamMs,
    },
  );
  const metrics = createMetrics(
    () => new Map(registry.all().map((deployed) => [deployed.plan.deployment.service, deployed.replicas()])),
  );
  const invoke = createInvoke({
    find: registry.get,
    metrics,
    gatewayTimeoutMs: timeouts.upstreamMs,
    holdUntilReady: options.holdUntilReady ?? false,
  });
  const asyncQueue = createAsyncQueue(() => urlOf(app), timeouts.upstreamMs);

  const app = fastify({
    forceCloseConnections: true,
    // Calls of functions bypass fastify: they are measured, and need neither its parsers nor its router.
    serverFactory: (handler) =>
      createServer(serverSettings, (incoming, outgoing) => {
        const url = incoming.url ?? "";
        if (url.startsWith(functionPrefix)) invoke(incoming, outgoing);
        else if (url.startsWith(asyncPrefix)) void asyncQueue.handle(incoming, outgoing);
        else handler(incoming, outgoing);
      }),
  });
  await addRestApi(app, { registry, metrics, secrets, ...options, logFollowMs: timeouts.logFollowMs });
  const metricsApp = fastify({ forceCloseConnections: true });
  metricsApp.get("/metrics", async (_, reply) => reply.type(metrics.contentType).send(await metrics.render()));
  metricsApp.get("/healthz", () => "OK");

  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= (async () => {
      closing.abort();
      asyncQueue.close();
      const results = await Promise.allSettled([registry.close(), app.close(), metricsApp.close()]);
      const failure = results.find((result) => result.status === "rejected");
      if (failure !== undefined) throw failure.reason;
    })());
  try {
    await app.listen({ host, port: options.port });
    await metricsApp.listen({ host, port: options.metricsPort });
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

function urlOf(app: FastifyInstance): string {
  const { address, port } = app.server.address() as AddressInfo;
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}
