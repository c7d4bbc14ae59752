/**
 * How parts of a function's process that are not the function's make themselves known to the guard's hook. Each hangs at
 * `process` under a symbol until the other side takes it away, before a line of the function runs.
 */

import type { IncomingMessage } from "node:http";

/** `Symbol.for("kalium-bench.watchdog")`, of the watchdog in the process: its servers and its connections to the function. */
export interface WatchdogParts extends Pick<WeakSet<object>, "add" | "has"> {
  /** Set by the hook. The watchdog calls it with each call before it hands that on, and the result when the call is over. */
  arrived?: (call: IncomingMessage) => () => void;
}

/** `Symbol.for("kalium-bench.guard")`, of the hook for the function's host. */
export interface GuardOfHost {
  /** The host itself answers GET `/_/health` and `/_/sandbox` there. */
  readonly hosts: (server: object) => void;
  /** Runs the synchronous start of the proof, which asks another program. */
  readonly proof: <T>(start: () => T) => T;
}
