import { setTimeout as sleep } from "node:timers/promises";
import { KaliumError } from "./errors.ts";

export interface Deadline {
  /** What is waited for, as the end of "timed out waiting for ...". */
  readonly what: string;
  readonly timeoutMs: number;
  /** What to do when it has passed. */
  readonly hint?: string | undefined;
  /** Aborts the wait early, for example when the test is cancelled. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Rejects when `work` has not settled in time; `work` receives a signal that aborts then.
 * @throws {KaliumError} E_TIMEOUT
 */
export async function within<T>(deadline: Deadline, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = AbortSignal.timeout(deadline.timeoutMs);
  const signal = deadline.signal === undefined ? timeout : AbortSignal.any([deadline.signal, timeout]);
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(timeout.aborted ? timedOut(deadline) : (signal.reason as Error));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work(signal), aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/**
 * Calls `probe` until it answers something other than `undefined`, pausing `intervalMs` between calls.
 * `lastReason`, when given, supplies the detail of the time-out's message.
 * @throws {KaliumError} E_TIMEOUT
 */
export async function poll<T>(
  deadline: Deadline & { readonly intervalMs: number; readonly lastReason?: () => string | undefined },
  probe: (signal: AbortSignal) => Promise<T | undefined>,
): Promise<T> {
  try {
    return await within(deadline, async (signal) => {
      for (;;) {
        const answer = await probe(signal);
        if (answer !== undefined) return answer;
        await sleep(deadline.intervalMs, undefined, { signal });
      }
    });
  } catch (error) {
    const reason = deadline.lastReason?.();
    if (error instanceof KaliumError && error.code === "E_TIMEOUT" && reason !== undefined) {
      throw timedOut(deadline, `; last seen: ${reason}`);
    }
    throw error;
  }
}

const timedOut = ({ what, timeoutMs, hint }: Deadline, detail = ""): KaliumError =>
  new KaliumError("E_TIMEOUT", `timed out after ${timeoutMs} ms waiting for ${what}${detail}`, {
    ...(hint !== undefined && { hint }),
  });
