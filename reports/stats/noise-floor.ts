import type { Prior } from "./moderation.ts";
import { tQuantile } from "./student-t.ts";

/**
 * How far apart two names of one system appear, as a log ratio: 95 % of such comparisons stay within it. Their true
 * ratio is 1, so the blocks' log ratios scatter around 0 and none of them is spent on a mean; the other cells lend what
 * they know (`moderation.ts`). `undefined` without a block.
 */
export function noiseFloorOf(logs: readonly number[], prior: Prior | undefined): number | undefined {
  const blocks = logs.length;
  if (blocks === 0 || (blocks === 1 && prior === undefined)) return undefined;
  const squares = logs.reduce((sum, log) => sum + log ** 2, 0);
  const degrees = blocks + (prior?.degrees ?? 0);
  const variance = ((prior?.degrees ?? 0) * (prior?.variance ?? 0) + squares) / degrees;
  return tQuantile(0.975, degrees) * Math.sqrt(variance / blocks);
}
