/** What a hop says to its caller: in its own words when the next one does not answer, and around the next one's answer. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { CallDeadline } from "./call-deadline.ts";
import { endToEndHeaders } from "./raw-headers.ts";

export interface AnsweringHop {
  /** Flat list, added to the response. */
  readonly responseHeaders: readonly string[];
  /** Lower-case names of the function's headers that are dropped, because the platform sets them. */
  readonly replacedHeaders: ReadonlySet<string>;
  readonly deadline: CallDeadline | undefined;
  /** Whose words answer when the next hop does not, and whether the answer's duration is stamped here. */
  readonly speaker: Speaker;
}

export interface Speaker {
  /** Value of `X-OpenFaaS-Internal`. */
  readonly name: "of-watchdog" | "proxy";
  /** Body of a 500. */
  readonly unreachable: string;
  readonly stampsDuration: boolean;
}

/** Seconds since this call, as the header has them. */
export function startDuration(): () => string {
  const startedMs = performance.now();
  return () => ((performance.now() - startedMs) / 1e3).toFixed(6);
}

/** @param fail ends the call with a status of the hop's own. */
export const startDeadline = (
  { deadline }: AnsweringHop,
  fail: (status: number) => void,
  outgoing: ServerResponse,
): NodeJS.Timeout | undefined =>
  deadline === undefined ? undefined : setTimeout(onDeadline, deadline.afterMs, deadline, fail, outgoing);

function onDeadline({ kind }: CallDeadline, fail: (status: number) => void, outgoing: ServerResponse): void {
  if (kind === "write") outgoing.destroy();
  else fail(kind === "gateway" ? 502 : 504);
}

/** Cuts an answer that has begun: the client must not take it for a whole one. */
export function answerFailure(
  outgoing: ServerResponse,
  status: number,
  { speaker: { name, unreachable, stampsDuration }, responseHeaders }: AnsweringHop,
  duration: () => string,
): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  const text = status === 500 ? unreachable : "";
  const headers = [...responseHeaders, "Content-Length", String(Buffer.byteLength(text))];
  if (status !== 502) headers.push("X-OpenFaaS-Internal", name);
  if (text !== "") headers.push("Content-Type", "text/plain; charset=utf-8");
  if (status !== 502 && stampsDuration) headers.push("X-Duration-Seconds", duration());
  outgoing.writeHead(status, headers).end(text);
}

/** Flat list of the function's headers and the hop's. */
export function returnedHeaders(
  { headers: { accept, upgrade } }: IncomingMessage,
  answer: { readonly rawHeaders: readonly string[]; readonly connection: string | undefined },
  { replacedHeaders, responseHeaders, speaker }: AnsweringHop,
  duration: () => string,
): string[] {
  const returned = endToEndHeaders(answer.rawHeaders, answer.connection, replacedHeaders);
  returned.push(...responseHeaders);
  const followed = (accept !== undefined && followedTypes.test(accept)) || upgrade?.toLowerCase() === "websocket";
  if (speaker.stampsDuration && !followed) returned.push("X-Duration-Seconds", duration());
  return returned;
}

/** of-watchdog streams answers to clients that accept these or ask for a WebSocket, and stamps no duration on them. */
const followedTypes = /text\/event-stream|application\/x-ndjson/i;
