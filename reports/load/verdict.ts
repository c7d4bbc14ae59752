/** Whether a system holds the bound at lower or higher rates than the baseline, in words. Pure. */
import type { Bracket } from "../records/load-step.ts";
import { blocksForClaim } from "../stats/verdict.ts";
import { atLeastText, rangeText, rate } from "../stats/words.ts";

export type LoadVerdict = "baseline" | "lower" | "higher" | "not settled";

export interface LoadJudgement {
  readonly verdict: LoadVerdict;
  readonly verdictText: string;
}

/**
 * `lower`, `higher`: in each block the system's bracket lies below, or above, the baseline's, and there are 5 blocks. The
 * range is what the brackets leave open over all blocks; it is not a confidence interval. Both in the order of the blocks.
 */
export function judgeBrackets(brackets: readonly Bracket[], baseline: readonly Bracket[]): LoadJudgement {
  const pairs = brackets.map((own, at) => ({ own, other: baseline[at] ?? {} }));
  const lower = pairs.length > 0 && pairs.every(({ own, other }) => below(own, other));
  const higher = pairs.length > 0 && pairs.every(({ own, other }) => below(other, own));
  if (!lower && !higher) {
    return unsettled(whyNeither(pairs));
  }
  // between these two lies the ratio of the greatest rates at which both hold the bound; open ends are absent
  const lows = pairs.map(({ own, other }) => ratioOf(own.heldPerS, other.lostPerS));
  const highs = pairs.map(({ own, other }) => ratioOf(own.lostPerS, other.heldPerS));
  const text = lower
    ? sideText(Math.max(...known(highs)), lows, "below")
    : sideText(Math.min(...known(lows)), highs, "above");
  if (pairs.length >= blocksForClaim) return { verdict: lower ? "lower" : "higher", verdictText: text };
  const blocks = pairs.length === 1 ? "1 block" : `each of ${pairs.length} blocks`;
  return unsettled(`${text} in ${blocks}; a claim needs ${blocksForClaim}`);
}

interface Pair {
  readonly own: Bracket;
  readonly other: Bracket;
}

/** Why no side is taken, and what would tell. */
function whyNeither(pairs: readonly Pair[]): string {
  const isEmpty = ({ heldPerS, lostPerS }: Bracket): boolean => heldPerS === undefined && lostPerS === undefined;
  if (pairs.length === 0) return "no block";
  if (pairs.every(({ own }) => isEmpty(own))) return "no valid step";
  if (pairs.every(({ other }) => isEmpty(other))) return "the baseline has no valid step";
  const both = (end: keyof Bracket): boolean =>
    pairs.every(({ own, other }) => own[end] === undefined && other[end] === undefined);
  if (both("lostPerS")) return "both meet the bound at every rate; higher rates would tell";
  if (both("heldPerS")) return "both miss the bound at every rate; lower rates would tell";
  return "brackets overlap; closer rates, --search or more blocks would tell";
}

const unsettled = (reason: string): LoadJudgement => ({
  verdict: "not settled",
  verdictText: `not settled: ${reason}`,
});

const below = (one: Bracket, other: Bracket): boolean =>
  one.lostPerS !== undefined && other.heldPerS !== undefined && one.lostPerS <= other.heldPerS;

const ratioOf = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : one / other;

const known = (values: readonly (number | undefined)[]): readonly number[] =>
  values.filter((value) => value !== undefined);

/** @param near the end next to 1 @param far the other ends, block by block: unless all are known, there is none */
function sideText(near: number, far: readonly (number | undefined)[], side: "above" | "below"): string {
  const ends = known(far);
  if (ends.length < far.length) return atLeastText(near, side, rate);
  const all = [near, ...ends];
  return rangeText({ low: Math.min(...all), high: Math.max(...all) }, { side: true, sides: rate });
}
