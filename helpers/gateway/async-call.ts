/** Makes one queued call through the gateway's own listener, and posts its answer. */
import { request as requestHttp, type IncomingMessage, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";
import { endToEndHeaders } from "./raw-headers.ts";

export interface QueuedCall {
  /** Of the function. */
  readonly name: string;
  readonly callId: string;
  /** `/function/NAME/path?query`: what follows the name is as the client sent it. */
  readonly path: string;
  /** Flat list: the function sees it as in a synchronous call. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly callbackUrl: URL | undefined;
}

const callbackTimeoutMs = 30_000;
/** A call-back holds the whole answer; a larger one counts as failed. */
const answerLimitBytes = 16 * 2 ** 20;

/** Settles when the answer has been posted, or cannot be. Never rejects. The gateway's own limit ends the call. */
export async function makeCall(call: QueuedCall, gatewayUrl: string, signal: AbortSignal): Promise<void> {
  const { name, callId, path, headers, body, callbackUrl } = call;
  const startedMs = performance.now();
  const answer = await post(new URL(gatewayUrl), { path, headers, signal }, body)
    .then(async (response) => ({ response, body: await bodyOf(response, callbackUrl === undefined) }))
    .catch(() => undefined); // the call-back tells it: status 503 and no body
  if (callbackUrl === undefined || signal.aborted) return;
  const content = answer?.body ?? Buffer.alloc(0);
  const own = {
    Host: callbackUrl.host,
    "Content-Length": String(content.length),
    "X-Duration-Seconds": ((performance.now() - startedMs) / 1e3).toFixed(6),
    "X-Function-Status": String(answer?.response.statusCode ?? 503),
    "X-Function-Name": name,
    "X-Call-Id": callId,
  };
  const told = answer === undefined ? [] : functionHeaders(answer.response);
  const limited = AbortSignal.any([signal, AbortSignal.timeout(callbackTimeoutMs)]);
  await post(callbackUrl, { headers: [...told, ...Object.entries(own).flat()], signal: limited }, content)
    .then((response) => bodyOf(response, true))
    .catch(() => undefined); // nobody is left to report to
}

function post(url: URL, options: RequestOptions, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === "https:" ? requestHttps : requestHttp;
    request(url, { ...options, method: "POST", agent: false }, resolve)
      .once("error", reject)
      .end(body);
  });
}

/** @throws when the answer breaks off, or is kept and exceeds the limit */
async function bodyOf(response: IncomingMessage, dropped: boolean): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (dropped) continue;
    bytes += chunk.length;
    if (bytes > answerLimitBytes) throw new RangeError(`the answer exceeds ${answerLimitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A call-back says these itself, and an answer must not choose where its own answer goes. */
const replaced: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "x-duration-seconds",
  "x-function-status",
  "x-function-name",
  "x-call-id",
  "x-callback-url",
]);

const functionHeaders = (response: IncomingMessage): string[] =>
  endToEndHeaders(response.rawHeaders, response.headers.connection, replaced);
