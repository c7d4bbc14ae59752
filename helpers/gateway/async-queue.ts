/** `/async-function/`: accepts a call, makes it later through the gateway itself, and posts the answer to a URL. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import axios from "axios";
import { parseFunctionPath } from "./function-path.ts";
import { epochNs, functionPrefix } from "./invoke.ts";
import { endToEndHeaders } from "./raw-headers.ts";
import { servedBy } from "./version.ts";

export const asyncPrefix = "/async-function/";

/** In this process, one call at a time, like OpenFaaS CE's queue worker. What is queued is lost with the process. */
export interface AsyncQueue {
  handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
  /** Drops what is queued and aborts the call under way. */
  close(): void;
}

interface QueuedCall {
  readonly name: string;
  readonly namespace: string;
  readonly callId: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly callbackUrl: URL | undefined;
}

const queueLimit = 1_000;
/** NATS' limit of a message. */
const bodyLimitBytes = 2 ** 20;
const callbackTimeoutMs = 30_000;

export function createAsyncQueue(gatewayUrl: () => string, callTimeoutMs: number): AsyncQueue {
  const queue: QueuedCall[] = [];
  const closed = new AbortController();
  let working = false;

  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    for (let call = queue.shift(); call !== undefined && !closed.signal.aborted; call = queue.shift()) {
      await run(call, gatewayUrl(), callTimeoutMs, closed.signal);
    }
    working = false;
  };

  return {
    async handle(incoming, outgoing) {
      const startTime = epochNs();
      const accepted = await accept(incoming, queue.length).catch(() => ({ status: 400, reason: "unreadable body" }));
      const callId = "call" in accepted ? accepted.call.callId : "";
      const headers = { "X-Start-Time": startTime, "X-Served-By": servedBy, ...(callId && { "X-Call-Id": callId }) };
      if ("call" in accepted) {
        queue.push(accepted.call);
        outgoing.writeHead(202, { ...headers, "Content-Length": 0 }).end();
        void work();
      } else {
        outgoing.writeHead(accepted.status, { ...headers, "Content-Type": "text/plain" }).end(accepted.reason);
      }
    },
    close() {
      queue.length = 0;
      closed.abort();
    },
  };
}

type Accepted = { readonly call: QueuedCall } | { readonly status: number; readonly reason: string };

async function accept(incoming: IncomingMessage, queued: number): Promise<Accepted> {
  const target = parseFunctionPath(incoming.url ?? "", asyncPrefix);
  if (target === undefined) return { status: 404, reason: "404 page not found\n" };
  if (incoming.method !== "POST") return { status: 405, reason: "" };
  if (queued >= queueLimit) return { status: 500, reason: `Error queuing request: ${queueLimit} calls are queued` };
  const callback = incoming.headers["x-callback-url"];
  const callbackUrl = typeof callback === "string" ? URL.parse(callback) : undefined;
  if (callbackUrl === null || (callbackUrl !== undefined && !/^https?:$/.test(callbackUrl.protocol))) {
    return { status: 400, reason: `X-Callback-Url: ${String(callback)} is not an http or https URL` };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyLimitBytes) {
      return { status: 500, reason: `Error queuing request: the body exceeds ${bodyLimitBytes} bytes` };
    }
    chunks.push(chunk);
  }
  const callId = String(incoming.headers["x-call-id"] ?? randomUUID());
  return { call: { ...target, callId, headers: stored(incoming, callId), body: Buffer.concat(chunks), callbackUrl } };
}

function stored(incoming: IncomingMessage, callId: string): Record<string, string> {
  const dropped = new Set(["host", "content-length", "x-callback-url", "x-call-id"]);
  const flat = endToEndHeaders(incoming.rawHeaders, incoming.headers.connection, dropped);
  const headers: Record<string, string> = { "X-Call-Id": callId };
  for (let index = 0; index < flat.length; index += 2) headers[flat[index] ?? ""] = flat[index + 1] ?? "";
  return headers;
}

const http = axios.create({
  method: "POST",
  responseType: "arraybuffer",
  validateStatus: () => true,
  maxRedirects: 0,
  maxContentLength: 16 * 2 ** 20,
  decompress: false,
  proxy: false,
});

async function run(call: QueuedCall, gatewayUrl: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const { name, namespace, callId, path, headers, body, callbackUrl } = call;
  const startedMs = performance.now();
  const url = `${gatewayUrl}${functionPrefix}${name}.${namespace}${path}`;
  const answer = await http
    .request<Buffer>({ url, headers, data: body, timeout: timeoutMs, signal })
    .catch(() => undefined); // the call-back tells it: status 503 and no body
  if (callbackUrl === undefined) return;
  await http
    .request({
      url: callbackUrl.href,
      data: answer?.data ?? Buffer.alloc(0),
      headers: {
        ...(answer === undefined ? {} : functionHeaders(answer.headers)),
        "X-Duration-Seconds": ((performance.now() - startedMs) / 1e3).toFixed(6),
        "X-Function-Status": String(answer?.status ?? 503),
        "X-Function-Name": name,
        "X-Call-Id": callId,
      },
      timeout: callbackTimeoutMs,
      signal,
    })
    .catch(() => undefined); // nobody is left who could be told
}

function functionHeaders(headers: object): Record<string, string> {
  const texts = Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const dropped = new Set(["content-length", "x-duration-seconds", "x-call-id"]);
  const flat = endToEndHeaders(texts.flat(), undefined, dropped);
  return Object.fromEntries(
    Array.from({ length: flat.length / 2 }, (_, at) => flat.slice(2 * at, 2 * at + 2) as [string, string]),
  );
}
