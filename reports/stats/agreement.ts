/** Does a measured ratio fit a published one that comes without an interval? Pure. */
import type { Interval } from "./interval.ts";

/**
 * How far a ratio of 20 calls to 20 calls may be from the truth, as a factor either way. Resampling 2000 interleaved
 * pairs of calls (a Node echo server, native against gVisor, 2 cores) 20 at a time put 95 % of the ratios between 1.36
 * and 2.13, where all of them gave 1.65. The artifact took 20 calls per bar and one deployment.
 */
export const publishedFactor = 1.25;

export type Agreement = "agrees" | "differs" | "cannot tell";

export interface AgreementJudgement {
  readonly verdict: Agreement;
  readonly reason: string;
}

/**
 * Two ranges are compared. Ours is the 95 % interval, widened to the noise floor around the ratio where that is wider.
 * The published one is the value divided and multiplied by `publishedFactor`, without upper end where the value was
 * cut. `differs`: they do not meet. `agrees`: ours lies within the published one. `cannot tell`: anything else, so a
 * wide interval never agrees, and no interval decides nothing.
 */
export function judgeAgreement(
  ours: { readonly ratio: number; readonly interval: Interval | undefined; readonly noiseFloor: number | undefined },
  published: { readonly ratio: number; readonly cut: boolean },
): AgreementJudgement {
  if (ours.interval === undefined) return { verdict: "cannot tell", reason: "no interval" };
  const noise = Math.exp(ours.noiseFloor ?? 0);
  const low = Math.min(ours.interval.low, ours.ratio / noise);
  const high = Math.max(ours.interval.high, ours.ratio * noise);
  const from = published.ratio / publishedFactor;
  const to = published.cut ? Infinity : published.ratio * publishedFactor;
  if (low > to) return { verdict: "differs", reason: "ours is higher" };
  if (high < from) return { verdict: "differs", reason: "ours is lower" };
  if (low >= from && high <= to) return { verdict: "agrees", reason: `within a factor of ${publishedFactor}` };
  return { verdict: "cannot tell", reason: "the ranges overlap in part" };
}
