/**
 * Location of a sample and its standard error by Walsh averages, the means of all pairs with themselves: Hodges &
 * Lehmann 1963, "Estimates of Location Based on Rank Tests", Annals of Mathematical Statistics 34(2).
 */

export interface Location {
  /** Median of the Walsh averages. Breaks down only when 29 % of the values are wrong. */
  readonly centre: number;
  /**
   * Squared standard error were the values independent: from the width of the interval that Wilcoxon's signed-rank
   * statistic gives (Hettmansperger & McKean 2011, section 1.5). `undefined` with fewer than 4 values.
   */
  readonly variance: number | undefined;
}

/** @throws {RangeError} without a value */
export function hodgesLehmann(values: readonly number[]): Location {
  return { centre: centreOf(values), variance: varianceOf(values) };
}

/** `centre` alone. @throws {RangeError} without a value */
export function centreOf(values: readonly number[]): number {
  const count = values.length;
  if (count === 0) throw new RangeError("a location needs at least one value");
  const sorted = Float64Array.from(values).sort();
  const pairs = (count * (count + 1)) / 2;
  const [lower, upper] = [Math.ceil(pairs / 2), Math.floor(pairs / 2) + 1];
  const first = walshAverage(sorted, lower);
  return lower === upper ? first : (first + walshAverage(sorted, upper)) / 2;
}

/** `variance` alone. */
export function varianceOf(values: readonly number[]): number | undefined {
  const count = values.length;
  if (count < 4) return undefined;
  const sorted = Float64Array.from(values).sort();
  const pairs = (count * (count + 1)) / 2;
  const reach = Math.min(pairs / 2 - 1, Math.sqrt((count * (count + 1) * (2 * count + 1)) / 24));
  const [low, high] = [-reach, reach].map((side) => walshAverage(sorted, Math.round(pairs / 2 + side + 0.5)));
  return (((high ?? NaN) - (low ?? NaN)) / 2) ** 2;
}

/**
 * The `rank`-th smallest of all averages of two values, from 1: by bisection of the value, counting in one pass over
 * the sorted values, so a thousand values need no list of half a million averages.
 */
function walshAverage(sorted: Float64Array, rank: number): number {
  let low = sorted[0] ?? NaN;
  let high = sorted.at(-1) ?? NaN;
  for (let step = 0; step < 100 && high - low > 1e-13 * (1 + Math.abs(low) + Math.abs(high)); step++) {
    const middle = (low + high) / 2;
    if (countUpTo(sorted, 2 * middle) >= rank) high = middle;
    else low = middle;
  }
  return high;
}

/** Pairs, each value with itself included, whose sum is at most `sum`. */
function countUpTo(sorted: Float64Array, sum: number): number {
  let count = 0;
  let right = sorted.length - 1;
  for (let left = 0; left <= right; left++) {
    while (right >= left && (sorted[left] ?? 0) + (sorted[right] ?? 0) > sum) right--;
    count += Math.max(0, right - left + 1);
  }
  return count;
}
