import { nowNs, nsToMs } from "../base/clock.ts";

/** One timer a second takes no measurable time from a call. */
const beatMs = 1_000;
/** The busiest machine lets a process run sooner; a stopped run, a frozen container or a suspended guest does not. */
const toleranceMs = 5_000;

export interface StillCheck extends Disposable {
  /** Whether the client was not let run for seconds: `undefined` when it was. The machine's other processes tell nothing of it. */
  readonly found: () => string | undefined;
}

/** Where the monotonic clock stands still as well, as in a suspended machine, the wall clock steps: `clock-check.ts`. */
export function startStillCheck(monotonicMs: () => number = () => nsToMs(nowNs())): StillCheck {
  let lastMs = monotonicMs();
  let longestMs = 0;
  const beat = (): void => {
    const now = monotonicMs();
    longestMs = Math.max(longestMs, now - lastMs);
    lastMs = now;
  };
  const timer = setInterval(beat, beatMs).unref();
  return {
    found: () => {
      beat();
      return longestMs > toleranceMs ? `the run stood still for ${Math.round(longestMs / 1_000)} s` : undefined;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
