/**
 * Differences as people say them. A ratio of 1.39 is `39 % slower`, one of 0.54 `46 % faster`, one of 36 `36 times as long`.
 */
import type { Interval } from "./interval.ts";

/** Below this width of the whole interval, in points, tenths are shown. */
const tenthsBelow = 5;
/** From this ratio on, multiples are easier to read than per cent. */
const timesFrom = 10;
/** No interval that ends above this says more than that it does. */
const timesShown = 1000;

/** Per cent that a log ratio is away from 1: of 0.1 `10.5`, of -0.1 `9.5`. */
const percentOf = (log: number): number => 100 * Math.abs(Math.expm1(log));

function digitsFor({ low, high }: Interval): number {
  return 100 * (high - low) < tenthsBelow ? 1 : 0;
}

/** The difference alone, with the digits that its interval allows. */
export const formatPercent = (log: number, interval: Interval): string => percentOf(log).toFixed(digitsFor(interval));

/** `36 times`, `more than 1000 times`. */
const formatTimes = (ratio: number): string =>
  ratio > timesShown ? `more than ${timesShown} times` : `${ratio.toFixed(0)} times`;

/** One end of an interval, with its side. */
function endText(ratio: number, digits: number): string {
  if (ratio >= timesFrom) return `${formatTimes(ratio)} as long`;
  return `${percentOf(Math.log(ratio)).toFixed(digits)} % ${ratio < 1 ? "faster" : "slower"}`;
}

/**
 * `26 to 55 %`, smaller end first; with its side `2 to 40 % slower`. An interval that holds 1, or ends at a multiple,
 * always says both sides: `3 % faster to 40 % slower`, `40 % slower to 12 times as long`.
 */
export function rangeText(interval: Interval, { side }: { readonly side: boolean }): string {
  const digits = digitsFor(interval);
  const { low, high } = interval;
  if (low >= timesFrom) {
    const from = high > timesShown ? formatTimes(low) : low.toFixed(0);
    return `${from} to ${formatTimes(high)}${side ? " as long" : ""}`;
  }
  if (high >= timesFrom || (low < 1 && high > 1)) return `${endText(low, digits)} to ${endText(high, digits)}`;
  const text = (ratio: number): string => percentOf(Math.log(ratio)).toFixed(digits);
  const [near, far] = high <= 1 ? [high, low] : [low, high];
  return `${text(near)} to ${text(far)} %${side ? (high <= 1 ? " faster" : " slower") : ""}`;
}

/** A difference with its interval, whatever it proves: `39 % slower (26 to 55 %)`, `2 % faster (5 % faster to 1 % slower)`. */
export const differenceText = (log: number, interval: Interval): string =>
  `${endText(Math.exp(log), digitsFor(interval))} (${rangeText(interval, { side: false })})`;

/** `± 9 %`, `± 4.1 %`: rounded up, for it is a promise. */
export function marginText(log: number): string {
  const percent = 100 * Math.expm1(log);
  return `± ${percent < tenthsBelow ? (Math.ceil(percent * 10 - 1e-9) / 10).toFixed(1) : Math.ceil(percent - 1e-9).toFixed(0)} %`;
}
