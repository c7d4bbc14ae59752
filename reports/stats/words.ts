/** Differences as people say them. A ratio of 1.39 is `39 % slower`, one of 0.54 `46 % faster`. */
import type { Interval } from "./interval.ts";

/** Below this width of the whole interval, in points, tenths are shown. */
const tenthsBelow = 5;

/** Per cent that a log ratio is away from 1: of 0.1 `10.5`, of -0.1 `9.5`. */
const percentOf = (log: number): number => 100 * Math.abs(Math.expm1(log));

function digitsFor({ low, high }: Interval): number {
  return 100 * (high - low) < tenthsBelow ? 1 : 0;
}

/** The difference alone, with the digits that its interval allows. */
export const formatPercent = (log: number, interval: Interval): string => percentOf(log).toFixed(digitsFor(interval));

/**
 * `26 to 55 %`, smaller end first; with its side `2 to 40 % slower`. An interval that holds 1 always says both sides:
 * `3 % faster to 40 % slower`.
 */
export function rangeText(interval: Interval, { side }: { readonly side: boolean }): string {
  const digits = digitsFor(interval);
  const text = (ratio: number): string => percentOf(Math.log(ratio)).toFixed(digits);
  const { low, high } = interval;
  if (low < 1 && high > 1) return `${text(low)} % faster to ${text(high)} % slower`;
  const [near, far] = high <= 1 ? [high, low] : [low, high];
  return `${text(near)} to ${text(far)} %${side ? (high <= 1 ? " faster" : " slower") : ""}`;
}

/** A difference with its interval, whatever it proves: `39 % slower (26 to 55 %)`, `2 % faster (5 % faster to 1 % slower)`. */
export const differenceText = (log: number, interval: Interval): string =>
  `${formatPercent(log, interval)} % ${log < 0 ? "faster" : "slower"} (${rangeText(interval, { side: false })})`;

/** `± 9 %`, `± 4.1 %`: rounded up, for it is a promise. */
export function marginText(log: number): string {
  const percent = 100 * Math.expm1(log);
  return `± ${percent < tenthsBelow ? (Math.ceil(percent * 10 - 1e-9) / 10).toFixed(1) : Math.ceil(percent - 1e-9).toFixed(0)} %`;
}
