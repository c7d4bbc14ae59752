import type { Interval } from "./interval.ts";
import { ascending, quantile } from "./quantile.ts";
import { wilsonInterval } from "./wilson.ts";

/** A point of Figure 7: how random orders of the training rounds change the number of rejected test traces. */
export interface BandPoint {
  /** Training rounds, from 1. */
  readonly rounds: number;
  /** Median over the orders, as a share of the test traces, 0 to 1. */
  readonly median: number;
  /** 5 % and 95 % quantiles over the orders: what the order does. */
  readonly orders: Interval;
  /** Wilson's 95 % interval of the median: what the choice of test traces does. */
  readonly interval: Interval;
}

/** `curves`: per order, how many of `trials` are rejected after 1, 2, ... rounds; all of one length. */
export function orderBand(curves: readonly (readonly number[])[], trials: number): readonly BandPoint[] {
  const [first] = curves;
  if (first === undefined) throw new RangeError("a band needs at least one order");
  return first.map((_, at) => {
    const counts = ascending(curves.map((curve) => curve[at] ?? NaN));
    const middle = quantile(counts, 0.5);
    return {
      rounds: at + 1,
      median: middle / trials,
      orders: { low: quantile(counts, 0.05) / trials, high: quantile(counts, 0.95) / trials },
      interval: wilsonInterval(middle, trials),
    };
  });
}
