/**
 * Quantile of type 7 (linear interpolation of order statistics; R's default): Hyndman & Fan 1996, "Sample Quantiles
 * in Statistical Packages", The American Statistician 50(4), definition 7.
 * `sorted`: ascending, not empty. `p`: 0 to 1.
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const last = sorted.length - 1;
  if (last < 0) throw new RangeError("a quantile needs at least one value");
  if (!(p >= 0 && p <= 1)) throw new RangeError(`quantile ${p} is not within 0 and 1`);
  const position = last * p;
  const below = Math.floor(position);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, last)] ?? NaN;
  return low + (position - below) * (high - low);
}

/** Ascending copy. Numeric order, whatever the values. */
export const ascending = (values: Iterable<number>): Float64Array =>
  (Array.isArray(values) ? new Float64Array(values as readonly number[]) : Float64Array.from(values)).sort();

export const median = (values: Iterable<number>): number => quantile(ascending(values), 0.5);

/**
 * Fewest values for which order statistics give a 95 % interval of this quantile at all: p^n + (1-p)^n <= 0.05.
 * 6 for the median, 59 for p95, 299 for p99, 2995 for p99.9. Below it, print a dash.
 */
export function minimumCount(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`quantile ${p} is not between 0 and 1`);
  let count = Math.floor(Math.log(0.05) / Math.log(Math.max(p, 1 - p)));
  while (p ** count + (1 - p) ** count > 0.05) count++;
  return count;
}
