/** Numbers as tables print them. A dash: too few calls to quote it, or nothing there. */
import type { Quoted } from "../cell-summary.ts";
import { formatDigits } from "../records/format-digits.ts";
import type { Interval } from "../stats/interval.ts";
import { marginText } from "../stats/words.ts";

export const dash = "–";

/** Three significant digits, in ms. */
export function formatMs(ns: number | undefined): string {
  if (ns === undefined) return dash;
  const ms = ns / 1e6;
  return ms.toFixed(msDecimals(ms));
}

const msDecimals = (ms: number): number => (ms < 10 ? 2 : ms < 100 ? 1 : 0);

/** With half of its interval, in ms, to the same decimal: `212 ± 14`. */
export function formatMsWith(ns: number, interval: Interval | undefined): string {
  const half = interval === undefined ? dash : ((interval.high - interval.low) / 2e6).toFixed(msDecimals(ns / 1e6));
  return `${formatMs(ns)} ± ${half}`;
}

/** Three significant digits or all whole ones, in µs; ns at the finest, for no clock is finer. */
export function formatUs(ns: number | undefined): string {
  if (ns === undefined) return dash;
  if (ns === 0) return "0";
  const us = Math.abs(ns) / 1e3;
  const text = us.toFixed(us < 1 ? 3 : us < 10 ? 2 : us < 100 ? 1 : 0);
  return ns < 0 && Number(text) > 0 ? `-${text}` : text;
}

export const formatQuoted = (quoted: Quoted | undefined): string =>
  quoted === undefined ? dash : `${quoted.atLeast ? "≥ " : ""}${formatMs(quoted.ns)}`;

export const formatRatio = (ratio: number): string => ratio.toFixed(ratio < 0.1 ? 3 : ratio < 100 ? 2 : 0);

export const formatRatioWith = (ratio: number, interval: Interval | undefined): string =>
  interval === undefined
    ? `${formatRatio(ratio)} [${dash}]`
    : `${formatRatio(ratio)} [${formatRatio(interval.low)}, ${formatRatio(interval.high)}]`;

/** An interval that reaches further says nothing that its figure would tell. */
const widestMargin = Math.log(2);

/** With half of its interval: `0.31 ± 6 %`. */
export function ratioWithMargin({
  ratio,
  interval,
}: {
  readonly ratio: number;
  readonly interval: Interval | undefined;
}): string {
  const half = interval && Math.log(interval.high / interval.low) / 2;
  const margin = half === undefined ? dash : half > widestMargin ? "± >100 %" : marginText(half);
  return `${formatRatio(ratio)} ${margin}`;
}

/** A log ratio as the per cent that it is at most away from 1: `± 4.1 %`. */
export const formatMargin = (log: number): string => `± ${(100 * Math.expm1(log)).toFixed(1)} %`;

export const formatShare = (part: number, whole: number): string =>
  whole === 0 ? dash : `${formatDigits((100 * part) / whole, 2)} %`;
