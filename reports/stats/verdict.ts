/** `~`: no difference that could be claimed. `?`: nothing to judge by (fewer than 2 blocks). */
export type Verdict = "slower" | "faster" | "~" | "?";

export interface Judgement {
  readonly verdict: Verdict;
  /** Why it is `~` or `?`. */
  readonly reason: string | undefined;
  /** Fewer than 5 blocks: a hint at a difference, not a claim. */
  readonly indicative: boolean;
}

export const blocksForClaim = 5;

/**
 * A difference counts when it is significant after adjustment for the number of comparisons, outside the noise floor
 * that the A/A arm shows, and large enough to matter.
 */
export function judge(
  {
    ratio,
    adjustedP,
    blocks,
  }: { readonly ratio: number; readonly adjustedP: number | undefined; readonly blocks: number },
  { noiseFloor = 0, threshold = 0.03 }: { readonly noiseFloor?: number | undefined; readonly threshold?: number } = {},
): Judgement {
  const indicative = blocks < blocksForClaim;
  const same = (reason: string): Judgement => ({ verdict: "~", reason, indicative });
  if (adjustedP === undefined) return { verdict: "?", reason: "fewer than 2 blocks", indicative };
  if (!(adjustedP < 0.05)) return same("not significant");
  const effect = Math.abs(Math.log(ratio));
  if (effect <= noiseFloor) return same("inside the noise floor of the A/A arm");
  if (effect < Math.log1p(threshold)) return same(`smaller than ${threshold * 100} %`);
  return { verdict: ratio > 1 ? "slower" : "faster", reason: undefined, indicative };
}

/** The largest log ratio that two names of the same system still show: the A/A interval's further end. */
export const noiseFloorOf = (interval: { readonly low: number; readonly high: number }): number =>
  Math.max(Math.abs(Math.log(interval.low)), Math.abs(Math.log(interval.high)));
