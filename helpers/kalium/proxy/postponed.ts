/** Decisions whose outcome is known before they are made: they are made when what waited for it has left. */
import type { CpuMeter } from "./cpu-meter.ts";

export interface Postponed {
  /** In this turn of the event loop, after what it has read and written. */
  readonly later: (decision: () => void) => void;
  /** Now. Call it before anything that depends on earlier decisions. */
  readonly settle: () => void;
  /** Of decisions that are not postponed. */
  readonly around: CpuMeter["around"];
}

export function createPostponed(cpu: CpuMeter): Postponed {
  let waiting: (() => void)[] = [];
  const settle = (): void => {
    if (waiting.length === 0) return;
    const now = waiting;
    waiting = [];
    cpu.around(() => {
      for (const decision of now) decision();
    });
  };
  return {
    later: (decision) => {
      if (waiting.push(decision) === 1) setImmediate(settle);
    },
    settle,
    around: cpu.around,
  };
}
