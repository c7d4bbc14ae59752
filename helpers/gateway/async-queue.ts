/** `/async-function/`: accepts a call, makes it later through the gateway itself, and posts the answer to a URL. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { makeCall, type QueuedCall } from "./async-call.ts";
import { callbackTarget } from "./callback-rule.ts";
import { asyncPrefix, functionPrefix, parseFunctionPath } from "./function-path.ts";
import { callerHeaders, epochNs } from "./invoke.ts";
import { endToEndHeaders } from "./raw-headers.ts";
import { servedBy } from "./version.ts";

/** In this process, one call at a time, like OpenFaaS CE's queue worker. What is queued is lost with the process. */
export interface AsyncQueue {
  handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
  /** Drops what is queued and aborts the call under way. */
  close(): void;
}

const queueLimit = 1_000;
/** NATS' limit of a message. */
const bodyLimitBytes = 2 ** 20;

/** `callbackHosts`: where answers may be posted beside the gateway's own functions. */
export function createAsyncQueue(gatewayUrl: () => string, callbackHosts: readonly string[]): AsyncQueue {
  const queue: QueuedCall[] = [];
  const closed = new AbortController();
  let working = false;

  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    for (let call = queue.shift(); call !== undefined && !closed.signal.aborted; call = queue.shift()) {
      await makeCall(call, gatewayUrl(), closed.signal);
    }
    working = false;
  };

  return {
    async handle(incoming, outgoing) {
      const startTime = epochNs();
      const accepted = await accept(incoming, queue.length, gatewayUrl(), callbackHosts).catch(() => ({
        status: 400,
        reason: "unreadable body",
      }));
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

async function accept(
  incoming: IncomingMessage,
  queued: number,
  gatewayUrl: string,
  callbackHosts: readonly string[],
): Promise<Accepted> {
  const url = incoming.url ?? "";
  const target = parseFunctionPath(url, asyncPrefix);
  if (target === undefined) return { status: 404, reason: "404 page not found\n" };
  if (incoming.method !== "POST") return { status: 405, reason: "" };
  if (queued >= queueLimit) return { status: 500, reason: `Error queuing request: ${queueLimit} calls are queued` };
  const given = incoming.headers["x-callback-url"];
  const callback = given === undefined ? { url: undefined } : callbackTarget(String(given), gatewayUrl, callbackHosts);
  if ("refusal" in callback) return { status: 400, reason: callback.refusal };
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
  const path = functionPrefix + url.slice(asyncPrefix.length);
  const headers = asSent(incoming, callId);
  if (incoming.headers.host === undefined) headers.push("Host", new URL(gatewayUrl).host); // an HTTP/1.0 client names none
  return { call: { name: target.name, callId, path, headers, body: Buffer.concat(chunks), callbackUrl: callback.url } };
}

/** The client's headers, in order, and what a synchronous call would have added then; the body comes as it came. */
function asSent(incoming: IncomingMessage, callId: string): string[] {
  const { rawHeaders, headers } = incoming;
  const sent = endToEndHeaders(rawHeaders, headers.connection, new Set());
  const added = [...callerHeaders(incoming), "X-Call-Id", callId];
  for (let index = 0; index < added.length; index += 2) {
    const name = added[index] ?? "";
    if (headers[name.toLowerCase()] === undefined) sent.push(name, added[index + 1] ?? "");
  }
  if (headers["transfer-encoding"] !== undefined) sent.push("Transfer-Encoding", "chunked");
  else if (headers["content-length"] === undefined) sent.push("Content-Length", "0");
  return sent;
}
