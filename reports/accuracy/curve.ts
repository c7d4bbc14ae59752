/** What the figure, its caption and its tables say of the measured curve. Pure. */
import type { AccuracyRecord } from "../records/accuracy-record.ts";
import { type BandPoint, orderBand } from "../stats/order-band.ts";
import { ascending, quantile } from "../stats/quantile.ts";

export type Curve = NonNullable<AccuracyRecord["curve"]>;

export const bandOf = ({ rejected, testRounds }: Curve): readonly BandPoint[] => orderBand(rejected, testRounds);

/** How many rounds teach all that fresh requests need, over the random orders. One sentence. */
export function neededText(needed: readonly (number | null)[]): string {
  const reached = ascending(needed.filter((rounds) => rounds !== null));
  if (reached.length < needed.length) return "All rounds together did not teach everything that each of them needs.";
  const [least, median, most] = [0, 0.5, 1].map((share) => Math.ceil(quantile(reached, share)));
  const rounds = median === 1 ? "1 round" : `${median ?? 0} rounds`;
  return `All of them are accepted after ${rounds} of training (median of ${needed.length} orders; ${least ?? 0} to ${most ?? 0}).`;
}

/** When false positives ended, over the random orders. */
export interface ZeroFrom {
  /** Smallest number of training rounds whose median is 0; absent: more than there are. */
  readonly median?: number;
  /** Of the orders that reach 0: the first and the last of their smallest numbers. */
  readonly earliest?: number;
  readonly latest?: number;
  readonly reached: number;
  readonly orders: number;
}

export function zeroFrom(curve: Curve): ZeroFrom {
  const median = bandOf(curve).find((point) => point.median === 0)?.rounds;
  const firsts = ascending(curve.rejected.map((order) => order.indexOf(0) + 1).filter((round) => round > 0));
  const reached = { reached: firsts.length, orders: curve.rejected.length };
  return {
    ...reached,
    ...(median !== undefined && { median }),
    ...(firsts.length > 0 && { earliest: quantile(firsts, 0), latest: quantile(firsts, 1) }),
  };
}

/** One sentence. */
export function zeroText(curve: Curve): string {
  const { median, earliest, latest, reached, orders } = zeroFrom(curve);
  if (reached === 0) return `No order reached 0 within ${curve.trainingRounds} rounds.`;
  const range = `${reached} of ${orders} orders reached 0, after ${earliest ?? 0} to ${latest ?? 0} rounds`;
  return median === undefined ? `${range}; the median did not.` : `The median is 0 from ${median} rounds on; ${range}.`;
}
