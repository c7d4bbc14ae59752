import type { Interval } from "../../../reports/stats/interval.ts";
import { tQuantile } from "../../../reports/stats/student-t.ts";

export interface TrendPoint {
  readonly atNs: number;
  readonly value: number;
}

export interface Trend {
  /** Mean of all points. */
  readonly level: number;
  /** Slope by least squares, and its 95 % interval. */
  readonly perHour: number;
  readonly interval: Interval;
  /** `grows`: clearly, and by more than a fiftieth of the level in an hour. */
  readonly verdict: "flat" | "grows" | "shrinks" | "cannot tell";
}

/** Neighbours in time are alike: means of this many stretches are treated as independent, single points are not. */
const stretches = 8;
/** Of the level, per hour: what nobody needs to look at. */
const tolerated = 0.02;

/** Of points in the order of time. `undefined`: fewer than two for each stretch. */
export function trendOf(points: readonly TrendPoint[]): Trend | undefined {
  if (points.length < 2 * stretches) return undefined;
  const means = Array.from({ length: stretches }, (_, at) => {
    const own = points.slice((at * points.length) / stretches, ((at + 1) * points.length) / stretches);
    return { hours: meanOf(own.map(({ atNs }) => atNs)) / 3_600e9, value: meanOf(own.map(({ value }) => value)) };
  });
  const [middle, level] = [meanOf(means.map(({ hours }) => hours)), meanOf(means.map(({ value }) => value))];
  const spread = means.reduce((sum, { hours }) => sum + (hours - middle) ** 2, 0);
  const perHour = means.reduce((sum, { hours, value }) => sum + (hours - middle) * (value - level), 0) / spread;
  const rest = means.reduce((sum, { hours, value }) => sum + (value - level - perHour * (hours - middle)) ** 2, 0);
  const half = tQuantile(0.975, stretches - 2) * Math.sqrt(rest / (stretches - 2) / spread);
  const interval = { low: perHour - half, high: perHour + half };
  return { level, perHour, interval, verdict: verdictOn(interval, tolerated * level) };
}

function verdictOn({ low, high }: Interval, limit: number): Trend["verdict"] {
  if (low > limit) return "grows";
  if (high < -limit) return "shrinks";
  return low >= -limit && high <= limit ? "flat" : "cannot tell";
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
