import { nowNs, nsToMs } from "../base/clock.ts";

/** More than any slewing of a time service in a block of a minute; a step is seldom less. */
const toleranceMs = 50;

/** Says at the end of a block whether somebody has set the clock meanwhile: `undefined` when not. */
export function startClockCheck(
  wallMs: () => number = Date.now,
  monotonicNs: () => number = nowNs,
): () => string | undefined {
  const offsetMs = (): number => wallMs() - nsToMs(monotonicNs());
  const before = offsetMs();
  return () => {
    const stepMs = Math.round(offsetMs() - before);
    return Math.abs(stepMs) > toleranceMs ? `the wall clock stepped by ${stepMs} ms` : undefined;
  };
}
