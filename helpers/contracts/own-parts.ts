/**
 * How parts of a function's process that are not the function's make themselves known to each other. Each hangs at
 * `process` under a symbol until the other side takes it away, before a line of the function runs.
 */

import type { IncomingMessage } from "node:http";

/**
 * `Symbol.for("kalium-bench.watchdog")`, of the watchdog in the process: its servers and its connections to the function.
 * It is there until the program's first lines have run.
 */
export interface WatchdogParts extends Pick<WeakSet<object>, "add" | "has"> {
  /** Set by the guard's hook. The watchdog calls it with each call before it hands that on, and the result when the call is over. */
  arrived?: (call: IncomingMessage) => () => void;
  /** Set by a program that stands before the function in a process of its own, as Valve's agent: calls need no connection to it. */
  take?: TakeCall;
  /** Variables of a Node process that such a program starts as the function: its lines get date and stream, as they would here. */
  readonly printing?: Readonly<Record<string, string>>;
}

/** Passes a call on to the function. Rejects when that breaks off. */
export type TakeCall = (call: HandedCall) => Promise<WholeAnswer>;

/** A call on its way through a process. */
export interface HandedCall {
  readonly incoming: IncomingMessage;
  /** Whether the caller still waits for an answer. */
  readonly isAwaited: () => boolean;
  /** Resolves when the caller has the answer, or will not get one. */
  readonly over: Promise<unknown>;
}

/** An answer with its whole body. */
export interface WholeAnswer {
  readonly status: number;
  readonly statusMessage: string | undefined;
  /** Flat list, without those of one connection. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** `Symbol.for("kalium-bench.guard")`, of the hook for the function's host. */
export interface GuardOfHost {
  /** The host itself answers GET `/_/health` and `/_/sandbox` there. */
  readonly hosts: (server: object) => void;
  /** Runs the synchronous start of the proof, which asks another program. */
  readonly proof: <T>(start: () => T) => T;
}
