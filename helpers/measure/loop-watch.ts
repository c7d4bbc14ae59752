import { monitorEventLoopDelay } from "node:perf_hooks";
import { median } from "../../reports/stats/quantile.ts";

/** The finest that Node's timers offer. */
const resolutionMs = 1;
/**
 * Less cannot be distinguished from the timer's own lateness and from one time slice of the scheduler (3 ms), which the client
 * waits for now and then where it shares two cores with the sandbox: on such a machine the worst tick of a call is late
 * by 0.3 ms (median) and 3 to 4 ms (p95). So 5 % of a latency shows from 80 ms on; below, and for the functions of a
 * millisecond above all, what shows is a client that was not let run.
 */
const resolvableNs = 4e6;
const lateShare = 0.05;
const starvedShare = 0.5;

/** How late the client's own event loop was during timed calls: an answer that lies waiting looks like a slow one. */
export interface LoopWatch {
  /**
   * Watches while `work` runs; 6 us before and after. Medians with and without it were alike (470 calls each of two
   * functions). Nothing is watched between calls: there the journal is written.
   */
  readonly around: <T>(work: () => Promise<T>) => Promise<T>;
  /** The worst lateness since the last time it was asked, ns. */
  readonly takeWorstNs: () => number;
}

export function createLoopWatch(): LoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  let worstNs = 0;
  return {
    around: async (work) => {
      histogram.enable();
      try {
        return await work();
      } finally {
        histogram.disable();
        if (histogram.count > 0) worstNs = Math.max(worstNs, histogram.max - resolutionMs * 1e6);
        histogram.reset();
      }
    },
    takeWorstNs: () => {
      const worst = worstNs;
      worstNs = 0;
      return worst;
    },
  };
}

/** A round is late when the loop was late by more than 5 % of the round's median latency, as far as that shows. */
export const isLate = (worstNs: number, latenciesNs: readonly number[]): boolean =>
  worstNs > Math.max(resolvableNs, lateShare * median(latenciesNs));

/** By more than half: what was measured then is rather the client than the system. */
export const isStarved = (worstNs: number, latenciesNs: readonly number[]): boolean =>
  worstNs > Math.max(resolvableNs, starvedShare * median(latenciesNs));
