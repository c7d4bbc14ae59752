/** `/function/NAME[.NAMESPACE][/path]`: raw `node:http`, before fastify's router, because these calls are measured. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { defaultNamespace } from "./deployment.ts";
import { functionPrefix, parseFunctionPath } from "./function-path.ts";
import { holdUntil } from "./hold.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { GatewayCall, ServedFunction } from "./provider.ts";
import { restOfBody } from "./rest-of-body.ts";
import { servedBy } from "./version.ts";

export interface InvokeOptions {
  readonly find: (name: string) => ServedFunction | undefined;
  readonly metrics: GatewayMetrics;
  /** Of a call, until its last byte. */
  readonly gatewayTimeoutMs: number;
  /** Holds a call to a function without a ready instance until there is one, as OpenFaaS' `scale_from_zero` does. */
  readonly holdUntilReady: boolean;
}

const methods = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]);

export function createInvoke(options: InvokeOptions): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const { find, metrics, holdUntilReady, gatewayTimeoutMs } = options;
  return (incoming, outgoing) => {
    const target = parseFunctionPath(incoming.url ?? "", functionPrefix);
    if (target === undefined) {
      answer(outgoing, 404, "404 page not found\n");
      return;
    }
    if (!methods.has(incoming.method ?? "")) {
      answer(outgoing, 405, "");
      return;
    }
    const { name, namespace, path } = target;
    const deployed = namespace === defaultNamespace ? find(name) : undefined;
    if (deployed === undefined) {
      answer(outgoing, 404, notFound(name, namespace));
      return;
    }
    const startedMs = performance.now();
    metrics.started(name);
    outgoing.once("close", () => metrics.ended(name, outgoing.statusCode, (performance.now() - startedMs) / 1e3));
    const instance = deployed.pick();
    if (instance !== undefined) {
      instance.handle(incoming, outgoing, gatewayCall(incoming, path));
    } else if (holdUntilReady || deployed.wake?.() === true) {
      void holdUntil(() => deployed.availableReplicas() > 0, deployed.changed, gatewayTimeoutMs).then(() => {
        if (outgoing.destroyed) return; // the client has gone
        const ready = deployed.pick();
        if (ready === undefined) answer(outgoing, 502, "");
        else ready.handle(incoming, outgoing, gatewayCall(incoming, path));
      });
    } else {
      unavailable(outgoing, name);
    }
  };
}

const notFound = (name: string, namespace: string): string =>
  `error finding function ${name}.${namespace}: server returned non-200 status code (404) for function, ${name}, body: `;

const unavailable = (outgoing: ServerResponse, name: string): void =>
  answer(outgoing, 503, `No endpoints available for: ${name}.`, { "X-OpenFaaS-Internal": "proxy" });

function answer(outgoing: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  const type = { "Content-Type": "text/plain; charset=utf-8", "X-Served-By": servedBy };
  const all = { ...type, "Content-Length": Buffer.byteLength(text), ...headers };
  void restOfBody(outgoing.req).then(() => outgoing.writeHead(status, all).end(text));
}

const replaced: ReadonlySet<string> = new Set(["x-start-time", "x-served-by"]); // the watchdog's X-Duration-Seconds stays;
const replacedWithCallId: ReadonlySet<string> = new Set([...replaced, "x-call-id"]);

function gatewayCall(incoming: IncomingMessage, path: string): GatewayCall {
  const { headers } = incoming;
  const startTime = epochNs();
  const requestHeaders = ["X-Start-Time", startTime, ...callerHeaders(incoming)];
  const responseHeaders = ["X-Start-Time", startTime, "X-Served-By", servedBy];
  const given = headers["x-call-id"];
  const callId = given === undefined ? randomUUID() : String(given);
  if (given === undefined) {
    requestHeaders.push("X-Call-Id", callId);
    responseHeaders.push("X-Call-Id", callId);
  }
  return {
    path,
    callId,
    requestHeaders,
    responseHeaders,
    replacedHeaders: given === undefined ? replacedWithCallId : replaced,
    defaultContentType: headers["content-type"] ?? "text/plain",
  };
}

/** Flat list of what the function learns about its caller, unless the caller says it. */
export function callerHeaders({ headers, socket }: IncomingMessage): string[] {
  const address = `${socket.remoteAddress ?? ""}:${socket.remotePort ?? 0}`;
  const told = ["X-Forwarded-For", address, "User-Agent", servedBy];
  if (headers.host !== undefined) told.push("X-Forwarded-Host", headers.host);
  return told;
}

/** Nanoseconds since 1970 as decimals; the clock gives microseconds, and more would not fit a number. */
export const epochNs = (): string => `${Math.round((performance.timeOrigin + performance.now()) * 1e3)}000`;
