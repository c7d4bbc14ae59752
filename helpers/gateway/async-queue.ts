/** `/async-function/`: accepts a call, makes it later through the gateway itself, and posts the answer to a URL. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { makeCall, type QueuedCall } from "./async-call.ts";
import { callbackTarget } from "./callback-rule.ts";
import { asyncPrefix, functionPrefix, parseFunctionPath } from "./function-path.ts";
import { callerHeaders, epochNs } from "./invoke.ts";
import { endToEndHeaders } from "./raw-headers.ts";
import { restOfBody } from "./rest-of-body.ts";
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
  /** Accepted and not begun, those whose body is on its way included: 10,000 clients may send at once. */
  let held = 0;

  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    for (let call = queue.shift(); call !== undefined && !closed.signal.aborted; call = queue.shift()) {
      held -= 1;
      await makeCall(call, gatewayUrl(), closed.signal);
    }
    working = false;
  };

  const accept = async (incoming: IncomingMessage): Promise<Accepted> => {
    const target = targetOf(incoming, gatewayUrl(), callbackHosts);
    if ("reason" in target) return target;
    if (held >= queueLimit) return { status: 500, reason: `Error queuing request: ${queueLimit} calls are queued` };
    held += 1;
    const body = await bodyOf(incoming).catch((): Refused => ({ status: 400, reason: "unreadable body" }));
    if (!("reason" in body)) return { call: callOf(incoming, target, { body, gatewayUrl: gatewayUrl() }) };
    held -= 1;
    return body;
  };

  return {
    async handle(incoming, outgoing) {
      const startTime = epochNs();
      const accepted = await accept(incoming);
      const callId = "call" in accepted ? accepted.call.callId : "";
      const headers = { "X-Start-Time": startTime, "X-Served-By": servedBy, ...(callId && { "X-Call-Id": callId }) };
      if ("call" in accepted) {
        queue.push(accepted.call);
        outgoing.writeHead(202, { ...headers, "Content-Length": 0 }).end();
        void work();
      } else {
        await restOfBody(incoming);
        outgoing.writeHead(accepted.status, { ...headers, "Content-Type": "text/plain" }).end(accepted.reason);
      }
    },
    close() {
      queue.length = 0;
      closed.abort();
    },
  };
}

interface Refused {
  readonly status: number;
  readonly reason: string;
}
type Accepted = { readonly call: QueuedCall } | Refused;

interface AsyncTarget {
  /** Of the function. */
  readonly name: string;
  readonly callbackUrl: URL | undefined;
}

function targetOf(
  incoming: IncomingMessage,
  gatewayUrl: string,
  callbackHosts: readonly string[],
): AsyncTarget | Refused {
  const target = parseFunctionPath(incoming.url ?? "", asyncPrefix);
  if (target === undefined) return { status: 404, reason: "404 page not found\n" };
  if (incoming.method !== "POST") return { status: 405, reason: "" };
  const given = incoming.headers["x-callback-url"];
  const callback = given === undefined ? { url: undefined } : callbackTarget(String(given), gatewayUrl, callbackHosts);
  if ("refusal" in callback) return { status: 400, reason: callback.refusal };
  return { name: target.name, callbackUrl: callback.url };
}

/** @throws when the client breaks off */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | Refused> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyLimitBytes) {
      return { status: 500, reason: `Error queuing request: the body exceeds ${bodyLimitBytes} bytes` };
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function callOf(
  incoming: IncomingMessage,
  target: AsyncTarget,
  { body, gatewayUrl }: { readonly body: Buffer; readonly gatewayUrl: string },
): QueuedCall {
  const { url = "", headers: named } = incoming;
  const callId = String(named["x-call-id"] ?? randomUUID());
  const path = functionPrefix + url.slice(asyncPrefix.length);
  const headers = asSent(incoming, callId);
  if (named.host === undefined) headers.push("Host", new URL(gatewayUrl).host); // an HTTP/1.0 client names none
  return { ...target, callId, path, headers, body };
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
