import type { IncomingMessage, ServerResponse } from "node:http";
import type { TakeCall, WholeAnswer } from "../contracts/own-parts.ts";
import { contentTypeOf } from "./content-type.ts";
import { type AnsweringHop, answerFailure, returnedHeaders, startDeadline, startDuration } from "./hop-answer.ts";

export interface HandOver extends AnsweringHop {
  readonly take: TakeCall;
  /** Hears of the answer. */
  readonly onAnswer: (answer: WholeAnswer) => void;
  /** Called once, when the call is over for whatever reason. */
  readonly onEnd: () => void;
}

/**
 * What `relay` does, for a next hop in this process: it gets the call itself, over no connection.
 * @returns gives the call up: its caller gets a 500
 */
export function handOver(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { take, onAnswer, onEnd, ...hop }: HandOver,
): () => void {
  const duration = startDuration();
  const { promise: over, resolve } = Promise.withResolvers<undefined>();
  let awaited = true;
  const fail = (status: number): void => {
    awaited = false;
    answerFailure(outgoing, status, hop, duration);
  };
  const giveUp = (): void => {
    if (awaited) fail(500);
  };
  const timer = startDeadline(hop, fail, outgoing);
  outgoing.on("error", () => undefined); // its close follows
  outgoing.on("close", () => {
    awaited = false;
    clearTimeout(timer);
    if (!incoming.readableEnded) incoming.resume(); // else its connection could not be used again
    resolve(undefined);
    onEnd();
  });
  const pass = (answer: WholeAnswer): void => {
    onAnswer(answer);
    if (!awaited) return;
    const headers = returnedHeaders(incoming, { rawHeaders: answer.headers, connection: undefined }, hop, duration);
    if (answer.body.length > 0 && !hasType(headers)) headers.push("Content-Type", contentTypeOf(answer.body));
    try {
      outgoing.writeHead(answer.status, answer.statusMessage, headers);
    } catch {
      fail(500); // a status or header that HTTP does not allow
      return;
    }
    awaited = false;
    outgoing.end(answer.body);
  };
  take({ incoming, isAwaited: () => awaited, over }).then(pass, giveUp);
  return giveUp;
}

const hasType = (headers: readonly string[]): boolean =>
  headers.some((name, index) => index % 2 === 0 && name.length === 12 && name.toLowerCase() === "content-type");
