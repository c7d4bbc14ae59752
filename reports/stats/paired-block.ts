import type { SecondArm } from "./block-centre.ts";

/** One block of two systems on fresh sandboxes. */
export interface PairedBlock {
  readonly block: number;
  /** All calls that count, in round order. */
  readonly treatedNs: readonly number[];
  readonly baselineNs: readonly number[];
  /** ln(treated / baseline) of each round that has a call of both, in round order. */
  readonly logRatios: readonly number[];
  /** Where the baseline was measured a second time. */
  readonly second?: SecondArm;
}

/** Calls of the same rounds on both sides. */
export const pairedBlock = (
  block: number,
  treatedNs: readonly number[],
  baselineNs: readonly number[],
): PairedBlock => ({
  block,
  treatedNs,
  baselineNs,
  logRatios: treatedNs
    .slice(0, baselineNs.length)
    .map((treated, round) => Math.log(treated / (baselineNs[round] ?? NaN))),
});
