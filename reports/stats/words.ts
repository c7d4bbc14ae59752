/**
 * Differences as people say them. A ratio of 1.39 is `39 % slower`, one of 0.54 `46 % faster`, one of 36 `36 times as long`.
 */
import type { Interval } from "./interval.ts";

/** What a ratio above 1, below 1, and of many times is called. */
export interface Sides {
  readonly above: string;
  readonly below: string;
  readonly times: string;
}
/** Of latencies. */
export const latency: Sides = { above: "slower", below: "faster", times: "as long" };
/** Of calls per second. */
export const rate: Sides = { above: "higher", below: "lower", times: "as many" };

/** Of processor time and memory. */
export const amount: Sides = { above: "more", below: "less", times: "as much" };

/** Of things that are counted. */
export const count: Sides = { above: "more", below: "fewer", times: "as many" };

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
function endText(ratio: number, digits: number, sides: Sides): string {
  if (ratio >= timesFrom) return `${formatTimes(ratio)} ${sides.times}`;
  return `${percentOf(Math.log(ratio)).toFixed(digits)} % ${ratio < 1 ? sides.below : sides.above}`;
}

/**
 * `26 to 55 %`, smaller end first; with its side `2 to 40 % slower`. An interval that holds 1, or ends at a multiple,
 * always says both sides: `3 % faster to 40 % slower`, `40 % slower to 12 times as long`.
 */
export function rangeText(
  interval: Interval,
  { side, sides = latency }: { readonly side: boolean; readonly sides?: Sides },
): string {
  const digits = digitsFor(interval);
  const { low, high } = interval;
  if (low >= timesFrom) {
    const from = high > timesShown ? formatTimes(low) : low.toFixed(0);
    return `${from} to ${formatTimes(high)}${side ? ` ${sides.times}` : ""}`;
  }
  if (high >= timesFrom || (low < 1 && high > 1))
    return `${endText(low, digits, sides)} to ${endText(high, digits, sides)}`;
  const text = (ratio: number): string => percentOf(Math.log(ratio)).toFixed(digits);
  const [near, far] = high <= 1 ? [high, low] : [low, high];
  return `${text(near)} to ${text(far)} %${side ? ` ${high <= 1 ? sides.below : sides.above}` : ""}`;
}

/** Where the further end is not known: `at least 50 % lower`. @param side of 1 on which the ratio lies */
export const atLeastText = (ratio: number, side: "above" | "below", sides: Sides): string =>
  ratio >= timesFrom
    ? `at least ${formatTimes(ratio)} ${sides.times}`
    : `at least ${percentOf(Math.log(ratio)).toFixed(0)} % ${sides[side]}`;

/** A difference with its interval, whatever it proves: `39 % slower (26 to 55 %)`, `2 % faster (5 % faster to 1 % slower)`. */
export const differenceText = (log: number, interval: Interval, sides: Sides = latency): string =>
  `${endText(Math.exp(log), digitsFor(interval), sides)} (${rangeText(interval, { side: false, sides })})`;

/** `± 9 %`, `± 4.1 %`: rounded up, for it is a promise. */
export function marginText(log: number): string {
  const percent = 100 * Math.expm1(log);
  return `± ${percent < tenthsBelow ? (Math.ceil(percent * 10 - 1e-9) / 10).toFixed(1) : Math.ceil(percent - 1e-9).toFixed(0)} %`;
}
