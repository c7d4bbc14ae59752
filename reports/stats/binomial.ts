import { incompleteBeta } from "./student-t.ts";

/** P(X <= count) for X of `trials` with probability `p` each, by the incomplete beta function (DLMF 8.17.5). */
export function binomialCdf(count: number, trials: number, p: number): number {
  if (count < 0) return 0;
  if (count >= trials) return 1;
  return incompleteBeta(1 - p, trials - count, count + 1);
}

/**
 * The counts that an exact two-sided binomial test at level `alpha` does not reject: at most alpha / 2 lies below `low`,
 * and at most alpha / 2 above `high` (Clopper & Pearson 1934). The pass lines of every simulated or planted claim.
 */
export function passLines(trials: number, p: number, alpha = 0.001): { readonly low: number; readonly high: number } {
  let low = 0;
  while (low < trials && binomialCdf(low, trials, p) <= alpha / 2) low++;
  let high = trials;
  while (high > 0 && 1 - binomialCdf(high - 1, trials, p) <= alpha / 2) high--;
  return { low, high };
}
