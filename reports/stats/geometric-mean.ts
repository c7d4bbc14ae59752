import { type Interval, type LogEstimate, tInterval } from "./interval.ts";

export interface GeometricMean {
  readonly ratio: number;
  /** `undefined` when a function has fewer than 2 blocks. */
  readonly interval: Interval | undefined;
  readonly functions: number;
  /** The same on the logarithm. */
  readonly log: LogEstimate;
}

/**
 * Geometric mean of ratios over functions: the only mean of ratios that does not depend on the baseline chosen
 * (Fleming & Wallace 1986). Functions are measured in blocks of their own, so their errors are independent and their
 * variances add; degrees of freedom by Welch-Satterthwaite (Satterthwaite 1946). Together they have degrees enough, so each
 * is to come with its own variance: moderated ones lie below the mean of the true ones, and in a sum no quantile of t
 * makes up for that (in simulation 17 functions of 3 blocks then covered 92 %).
 */
export function geometricMean(logs: readonly LogEstimate[]): GeometricMean | undefined {
  if (logs.length === 0) return undefined;
  const log = meanOfEstimates(logs);
  return { ratio: Math.exp(log.mean), interval: tInterval(log), functions: logs.length, log };
}

/** The mean of independent estimates, on their own scale. At least one. */
export function meanOfEstimates(estimates: readonly LogEstimate[]): LogEstimate {
  const mean = estimates.reduce((sum, estimate) => sum + estimate.mean, 0) / estimates.length;
  return { mean, ...pooled(estimates) };
}

function pooled(logs: readonly LogEstimate[]): { variance: number | undefined; degrees: number } {
  let total = 0;
  let weighted = 0;
  for (const { variance, degrees } of logs) {
    if (variance === undefined) return { variance: undefined, degrees: 0 };
    total += variance;
    weighted += variance ** 2 / degrees;
  }
  return { variance: total / logs.length ** 2, degrees: weighted === 0 ? 1 : total ** 2 / weighted };
}

/** Geometric mean of values; `undefined` without a value, and where one has no logarithm. */
export function geometricCentre(values: readonly number[]): number | undefined {
  if (values.length === 0 || values.some((value) => value <= 0)) return undefined;
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
