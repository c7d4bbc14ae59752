/**
 * What a comparison says, in words. Every table, figure, file and command takes its verdicts from here:
 * `39 % slower (26 to 55 %)`, `2.0 % slower (1.6 to 2.4 %), too small to matter`, `no difference beyond noise (± 9 %)`,
 * `not settled: 2 to 40 % slower; 4 more blocks would tell`.
 */
import { type Interval, type LogEstimate, tInterval } from "./interval.ts";
import { type Circumstances, moreBlocks, type Rule } from "./more-blocks.ts";
import { differenceText, marginText, rangeText, type Sides } from "./words.ts";

export type Verdict = "slower" | "faster" | "negligible" | "no difference" | "not settled";

export interface Judgement {
  readonly verdict: Verdict;
  /** The whole sentence, with its numbers. */
  readonly text: string;
  /** Why it is not settled. */
  readonly reason: string | undefined;
  /** Blocks that would settle it, were the estimate right; absent when it is settled, or when not even 200 would. */
  readonly moreBlocks: number | undefined;
}

/** What 5 blocks give without help from other cells: fewer degrees of freedom claim nothing. */
export const degreesForClaim = 4;
export const blocksForClaim = degreesForClaim + 1;
/** Significant, with fewer degrees of freedom than that. */
const tooFewBlocks = "too few blocks";
/** A smaller difference does not matter. */
export const practicalThreshold = 0.03;
/** Where no difference shows, the interval must end within this, or the cell is not settled. */
export const resolution = 0.1;

export const settled = ({ verdict }: Pick<Judgement, "verdict">): boolean => verdict !== "not settled";

/**
 * @param adjustedP Holm's; `undefined` without replication
 * @param sides what more and less of the measured is called in the text; absent: slower, faster
 */
export function judge(
  log: LogEstimate,
  {
    adjustedP,
    sides,
    ...circumstances
  }: Circumstances & { readonly adjustedP: number | undefined; readonly sides?: Sides | undefined },
): Judgement {
  const interval = tInterval(log);
  if (interval === undefined || adjustedP === undefined) {
    return {
      verdict: "not settled",
      text: `not settled: 1 block has no interval; a claim needs ${blocksForClaim}`,
      reason: "1 block has no interval",
      moreBlocks: degreesForClaim,
    };
  }
  const { noiseFloor = 0, threshold = practicalThreshold } = circumstances;
  const said = saidBy(log, { significant: adjustedP < 0.05, noiseFloor, threshold });
  if (said === "no difference") {
    const margin = Math.max(farEnd(interval), noiseFloor);
    return {
      verdict: said,
      text: `no difference beyond noise (${marginText(margin)})`,
      reason: undefined,
      moreBlocks: undefined,
    };
  }
  if (said !== undefined) {
    const text = `${differenceText(log.mean, interval, sides)}${said === "negligible" ? ", too small to matter" : ""}`;
    return { verdict: said, text, reason: undefined, moreBlocks: undefined };
  }
  return unsettled(
    rangeText(interval, { side: true, ...(sides && { sides }) }),
    whyNot(log, { significant: adjustedP < 0.05, noiseFloor }),
    moreBlocks(log, circumstances, saidBy),
  );
}

/** Where nothing about the calls allows a verdict. */
export const undecided = (reason: string): Judgement => ({
  verdict: "not settled",
  text: `not settled: ${reason}`,
  reason,
  moreBlocks: undefined,
});

/** How far the interval reaches from 1, as a log ratio. */
export const farEnd = ({ low, high }: Interval): number => Math.max(Math.abs(Math.log(low)), Math.abs(Math.log(high)));

function unsettled(range: string, reason: string, more: number | undefined): Judgement {
  const blocks = `${more} more ${more === 1 ? "block" : "blocks"}`;
  const wouldTell = reason === tooFewBlocks ? `a claim needs ${blocks}` : `${blocks} would tell`;
  const cure = more === undefined ? "200 more blocks would not tell" : wouldTell;
  return { verdict: "not settled", text: `not settled: ${range}; ${cure}`, reason, moreBlocks: more };
}

/**
 * `slower`, `faster`: significant after adjustment for the number of comparisons, outside the noise floor, and large
 * enough to matter. `negligible`: as significant, outside the noise floor, and smaller than what matters. `no
 * difference`: the estimate lies within the noise floor or is smaller than what matters, or the interval holds 1. Both
 * need an interval that ends within ± 10 %. `undefined`: none of these.
 */
function saidBy(log: LogEstimate, { significant, noiseFloor, threshold }: Rule): Verdict | undefined {
  const interval = tInterval(log);
  if (interval === undefined) return undefined;
  const effect = Math.abs(log.mean);
  const inside = effect <= Math.max(noiseFloor, Math.log1p(threshold));
  const proven = significant && log.degrees >= degreesForClaim;
  if (proven && !inside) return log.mean > 0 ? "slower" : "faster";
  if (farEnd(interval) > Math.log1p(resolution)) return undefined;
  if (proven && effect > noiseFloor) return "negligible";
  const holdsOne = interval.low <= 1 && interval.high >= 1;
  return inside || holdsOne ? "no difference" : undefined;
}

function whyNot(
  { mean, degrees }: LogEstimate,
  { significant, noiseFloor }: Pick<Rule, "significant" | "noiseFloor">,
): string {
  if (!significant) return "not significant";
  if (degrees < degreesForClaim) return tooFewBlocks;
  return Math.abs(mean) <= noiseFloor ? "inside the noise floor" : "smaller than what matters, and not narrow enough";
}
