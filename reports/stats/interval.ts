import { tQuantile, twoSidedP } from "./student-t.ts";

/** A ratio's two-sided 95 % interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A mean of logarithms, with what is needed to test it and to combine it with others. */
export interface LogEstimate {
  readonly mean: number;
  /** Squared standard error of the mean; `undefined` with fewer than 2 values. */
  readonly variance: number | undefined;
  readonly degrees: number;
}

export function logEstimate(logs: readonly number[]): LogEstimate {
  if (logs.length === 0) throw new RangeError("an estimate needs at least one value");
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const degrees = logs.length - 1;
  const squares = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: degrees < 1 ? undefined : squares / degrees / logs.length, degrees };
}

/** Of two independent means: variances add, degrees of freedom by Welch-Satterthwaite (Welch 1947). */
export function difference(one: LogEstimate, other: LogEstimate): LogEstimate {
  const mean = one.mean - other.mean;
  if (one.variance === undefined || other.variance === undefined) return { mean, variance: undefined, degrees: 0 };
  const variance = one.variance + other.variance;
  const weighted = one.variance ** 2 / one.degrees + other.variance ** 2 / other.degrees;
  return { mean, variance, degrees: weighted === 0 ? one.degrees + other.degrees : variance ** 2 / weighted };
}

/** Student's t interval on the logarithm, back on the ratio's scale; `undefined` without replication. */
export function tInterval({ mean, variance, degrees }: LogEstimate): Interval | undefined {
  const interval = meanInterval({ mean, variance, degrees });
  return interval && { low: Math.exp(interval.low), high: Math.exp(interval.high) };
}

/** Student's t interval of a mean on its own scale; `undefined` without replication. */
export function meanInterval({ mean, variance, degrees }: LogEstimate): Interval | undefined {
  if (variance === undefined) return undefined;
  const half = variance === 0 ? 0 : tQuantile(0.975, degrees) * Math.sqrt(variance);
  return { low: mean - half, high: mean + half };
}

/** Two-sided p of "the ratio is 1"; `undefined` without replication. */
export function pValue({ mean, variance, degrees }: LogEstimate): number | undefined {
  if (variance === undefined) return undefined;
  if (variance === 0) return mean === 0 ? 1 : 0;
  return twoSidedP(mean / Math.sqrt(variance), degrees);
}
