import { median } from "../../reports/stats/quantile.ts";

/** Warm-up until each system is steady is judged after every window. */
export const windowCalls = 10;
const windows = 3;
const tolerance = 0.05;
const leastNs = 2e9;
const enoughCalls = 100;

/**
 * Whether a system's calls, in order, have become steady: 2 s have passed, the medians of the last three windows of ten
 * lie within 5 %, and these 30 calls show no change point (Barrett et al., OOPSLA 2017). A function of
 * milliseconds makes its 200 calls long before 2 s have passed, so 100 calls count as long enough, too.
 */
export function isSteady(latenciesNs: readonly number[], elapsedNs: number): boolean {
  const tail = latenciesNs.slice(-windows * windowCalls);
  if (tail.length < windows * windowCalls) return false;
  if (elapsedNs < leastNs && latenciesNs.length < enoughCalls) return false;
  const medians = Array.from({ length: windows }, (_, index) =>
    median(tail.slice(index * windowCalls, (index + 1) * windowCalls)),
  );
  return Math.max(...medians) < Math.min(...medians) * (1 + tolerance) && !hasChangePoint(tail);
}

/**
 * Pettitt's rank test at 5 %: K = max |U_t| with U_t the sum of sign(x_j - x_i) over i <= t < j, and
 * p = 2 exp(-6 K^2 / (n^3 + n^2)) (Pettitt 1979, Applied Statistics 28(2)).
 */
export function hasChangePoint(values: readonly number[]): boolean {
  const n = values.length;
  let sum = 0;
  let largest = 0;
  for (const value of values) {
    for (const other of values) sum += Math.sign(other - value);
    largest = Math.max(largest, Math.abs(sum));
  }
  return 2 * Math.exp((-6 * largest ** 2) / (n ** 3 + n ** 2)) < 0.05;
}
