/**
 * The hot path: passes one request on to a function and streams its answer back, on raw `node:http` with flat header
 * lists, so that a hop costs little (figures: docs/gateway.md).
 */
import { type Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { CallDeadline } from "./call-deadline.ts";
import { contentTypeOf, firstBytes } from "./content-type.ts";
import { endToEndHeaders } from "./raw-headers.ts";

export interface Relay {
  readonly agent: Agent;
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** Flat list, added to the request unless the client sent that header. */
  readonly requestHeaders: readonly string[];
  /** Headers of which the client's own do not travel on. */
  readonly imposed?: ImposedHeaders;
  /** Flat list, added to the response. */
  readonly responseHeaders: readonly string[];
  /** Lower-case names of the function's headers that are dropped, because the platform sets them. */
  readonly replacedHeaders: ReadonlySet<string>;
  /** Of answers without a type; absent: it follows from the body, as of-watchdog does it. */
  readonly defaultContentType: string | undefined;
  readonly deadline: CallDeadline | undefined;
  /** Whose words answer when the next hop does not, and whether the answer's duration is stamped here. */
  readonly speaker: Speaker;
  /** Hears of the head of the answer. */
  readonly onAnswer?: (answer: IncomingMessage) => void;
  /** Called at the end of a call of which no byte has left for the next hop. */
  readonly onUnsent?: () => void;
  /** Called once, when the call is over for whatever reason. */
  readonly onEnd: () => void;
}

export interface ImposedHeaders {
  /** In lower case. */
  readonly names: ReadonlySet<string>;
  /** Flat list, before all others: whoever looks at the first ones only sees them. */
  readonly headers: readonly string[];
}

export interface Speaker {
  /** Value of `X-OpenFaaS-Internal`. */
  readonly name: "of-watchdog" | "proxy";
  /** Body of a 500. */
  readonly unreachable: string;
  readonly stampsDuration: boolean;
}

export function relay(incoming: IncomingMessage, outgoing: ServerResponse, options: Relay): void {
  const startedMs = performance.now();
  const duration = (): string => ((performance.now() - startedMs) / 1e3).toFixed(6);
  const upstream = request({
    agent: options.agent,
    host: options.host,
    port: options.port,
    method: incoming.method,
    path: options.path,
    headers: forwardedHeaders(incoming, options),
  });
  upstream.maxHeadersCount = 0; // of the answer: all
  let sent = options.onUnsent === undefined;
  if (!sent) {
    upstream.once("socket", (socket) => {
      if (socket.connecting) socket.once("connect", () => (sent = true));
      else sent = true;
    });
  }
  const withBody = hasBody(incoming);
  const fail = (status: number): void => {
    upstream.destroy();
    if (outgoing.headersSent) {
      outgoing.destroy(); // the client must not take a cut answer for a whole one
      return;
    }
    const { name, unreachable, stampsDuration } = options.speaker;
    const text = status === 500 ? unreachable : "";
    const headers = [...options.responseHeaders, "Content-Length", String(Buffer.byteLength(text))];
    if (status !== 502) headers.push("X-OpenFaaS-Internal", name);
    if (text !== "") headers.push("Content-Type", "text/plain; charset=utf-8");
    if (status !== 502 && stampsDuration) headers.push("X-Duration-Seconds", duration());
    outgoing.writeHead(status, headers).end(text);
  };
  const timer =
    options.deadline === undefined
      ? undefined
      : setTimeout(onDeadline, options.deadline.afterMs, options, fail, outgoing);

  const pass = (answer: IncomingMessage, headers: string[], type?: string): void => {
    if (type !== undefined) headers.push("Content-Type", type);
    try {
      outgoing.writeHead(answer.statusCode ?? 500, answer.statusMessage, headers);
    } catch {
      fail(500); // a status or header that HTTP does not allow
      return;
    }
    if (isLive(answer.headers["content-type"])) outgoing.flushHeaders();
    answer.pipe(outgoing);
  };
  upstream.on("response", (answer) => {
    options.onAnswer?.(answer);
    const headers = returnedHeaders(incoming, answer, options, duration);
    answer.on("error", () => outgoing.destroy());
    if (answer.headers["content-type"] !== undefined) pass(answer, headers);
    else if (options.defaultContentType !== undefined) pass(answer, headers, options.defaultContentType);
    else firstBytes(answer, (bytes) => pass(answer, headers, bytes && contentTypeOf(bytes)));
  });
  upstream.on("error", () => {
    if (!outgoing.destroyed && !outgoing.writableEnded) fail(500);
  });
  outgoing.on("error", () => upstream.destroy());
  outgoing.on("close", () => {
    clearTimeout(timer);
    if (!outgoing.writableFinished) upstream.destroy(); // the client has gone
    if (withBody && !incoming.readableEnded) incoming.unpipe(upstream).resume(); // else its connection could not be used again
    if (!sent) options.onUnsent?.();
    options.onEnd();
  });

  if (withBody) incoming.pipe(upstream);
  else upstream.end();
}

function onDeadline({ deadline }: Relay, fail: (status: number) => void, outgoing: ServerResponse): void {
  if (deadline?.kind === "write") outgoing.destroy();
  else fail(deadline?.kind === "gateway" ? 502 : 504);
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";

const nothing: ImposedHeaders = { names: new Set(), headers: [] };

/** For other methods Node sends no body unless a header announces one. */
const bodyMethods = new Set(["POST", "PUT", "PATCH"]);

function forwardedHeaders(
  incoming: IncomingMessage,
  { requestHeaders: added, imposed = nothing, host, port }: Relay,
): string[] {
  const { headers } = incoming;
  const forwarded = endToEndHeaders(incoming.rawHeaders, headers.connection, imposed.names);
  if (imposed.headers.length > 0) forwarded.unshift(...imposed.headers);
  if (headers.host === undefined) forwarded.push("Host", `${host}:${port}`); // HTTP/1.0 needs none, HTTP/1.1 does
  for (let index = 0; index < added.length; index += 2) {
    const name = added[index] ?? "";
    if (headers[name.toLowerCase()] === undefined) forwarded.push(name, added[index + 1] ?? "");
  }
  if (headers["transfer-encoding"] !== undefined) forwarded.push("Transfer-Encoding", "chunked");
  else if (headers["content-length"] === undefined && bodyMethods.has(incoming.method ?? "")) {
    forwarded.push("Content-Length", "0");
  }
  return forwarded;
}

function returnedHeaders(
  { headers: { accept, upgrade } }: IncomingMessage,
  answer: IncomingMessage,
  { replacedHeaders, responseHeaders, speaker }: Relay,
  duration: () => string,
): string[] {
  const returned = endToEndHeaders(answer.rawHeaders, answer.headers.connection, replacedHeaders);
  returned.push(...responseHeaders);
  const followed = (accept !== undefined && followedTypes.test(accept)) || upgrade?.toLowerCase() === "websocket";
  if (speaker.stampsDuration && !followed) returned.push("X-Duration-Seconds", duration());
  return returned;
}

/** of-watchdog streams answers to clients that accept these or ask for a WebSocket, and stamps no duration on them. */
const followedTypes = /text\/event-stream|application\/x-ndjson/i;

/** Event streams are followed live, so their headers must not wait for the first event. */
const isLive = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^(?:text\/event-stream|application\/x-ndjson)/i.test(contentType);
