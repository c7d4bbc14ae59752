/**
 * The hot path: passes one request on to a function and streams its answer back, on raw `node:http` with flat header
 * lists, so that a hop costs little (figures: docs/gateway.md).
 */
import { type Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import { contentTypeOf, firstBytes } from "./content-type.ts";
import { type AnsweringHop, answerFailure, returnedHeaders, startDeadline, startDuration } from "./hop-answer.ts";
import { endToEndHeaders } from "./raw-headers.ts";

export interface Relay extends AnsweringHop {
  readonly agent: Agent;
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** Flat list, added to the request unless the client sent that header. */
  readonly requestHeaders: readonly string[];
  /** Headers of which the client's own do not travel on. */
  readonly imposed?: ImposedHeaders;
  /** Of answers without a type; absent: it follows from the body, as of-watchdog does it. */
  readonly defaultContentType: string | undefined;
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

export function relay(incoming: IncomingMessage, outgoing: ServerResponse, options: Relay): void {
  const duration = startDuration();
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
    answerFailure(outgoing, status, options, duration);
  };
  const timer = startDeadline(options, fail, outgoing);

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
    const { rawHeaders, headers: parsed } = answer;
    const headers = returnedHeaders(incoming, { rawHeaders, connection: parsed.connection }, options, duration);
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

/** Event streams are followed live, so their headers must not wait for the first event. */
const isLive = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^(?:text\/event-stream|application\/x-ndjson)/i.test(contentType);
