import { type LogEstimate, pValue } from "./interval.ts";

export interface Circumstances {
  readonly blocks: number;
  /** What this cell's p is multiplied with at the next look: comparisons that are not yet claimed, and what that look costs. */
  readonly comparisons: number;
  /** As a log ratio; absent without A/A arm. */
  readonly noiseFloor?: number | undefined;
  /** The smallest difference that matters, as a share. */
  readonly threshold?: number | undefined;
}

/** What a verdict is made by. */
export interface Rule {
  readonly significant: boolean;
  readonly noiseFloor: number;
  readonly threshold: number;
}

const most = 200;

/**
 * Fewest further blocks after which the cell would be settled if its estimate and its noise stayed as they are: the
 * standard error and the noise floor shrink with the root of the number of blocks. With one block less it would not be
 * settled. `undefined`: not even with 200.
 */
export function moreBlocks(
  { mean, variance, degrees }: LogEstimate,
  { blocks, comparisons, noiseFloor = 0, threshold = 0.03 }: Circumstances,
  said: (log: LogEstimate, rule: Rule) => unknown,
): number | undefined {
  if (variance === undefined) return undefined;
  const settles = (more: number): boolean => {
    const shrunk = blocks / (blocks + more);
    const log = { mean, variance: variance * shrunk, degrees: degrees + more };
    const significant = Math.min(1, (pValue(log) ?? 1) * comparisons) < 0.05;
    return said(log, { significant, noiseFloor: noiseFloor * Math.sqrt(shrunk), threshold }) !== undefined;
  };
  let enough = 1; // doubled, then halved: a step costs a quantile of t
  while (enough < most && !settles(enough)) enough = Math.min(most, 2 * enough);
  if (!settles(enough)) return undefined;
  let tooFew = Math.floor(enough / 2);
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (settles(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
