/** What a series of idle instances says, one value per metric. Pure. */
import type { DensityPlan, DensityPoint, DensitySeries } from "../records/density-record.ts";
import { median } from "../stats/quantile.ts";
import { amount, count, latency, type Sides } from "../stats/words.ts";

export const densityMetricNames = ["memory", "fit", "firstStart", "laterStart", "hostMemory"] as const;
export type DensityMetricName = (typeof densityMetricNames)[number];

export interface DensityMetric {
  readonly unit: "bytes" | "instances" | "ns";
  /** What more and less of it is called. */
  readonly sides: Sides;
}

export const densityMetrics: Readonly<Record<DensityMetricName, DensityMetric>> = {
  memory: { unit: "bytes", sides: amount },
  fit: { unit: "instances", sides: count },
  firstStart: { unit: "ns", sides: latency },
  laterStart: { unit: "ns", sides: latency },
  hostMemory: { unit: "bytes", sides: amount },
};

/** In whose memory as many instances are said to fit. */
export const fitBytes = 1e9;

/** As tables call it; starts by the numbers of their instances. */
export function densityMetricTitle(metric: DensityMetricName, { instances }: Pick<DensityPlan, "instances">): string {
  const from = firstOfLater(instances);
  const later = from === instances ? `Start, ${nth(instances)}` : `Start, ${nth(from)} to ${nth(instances)}`;
  return {
    memory: "Memory per instance",
    fit: "Fit in 1 GB",
    firstStart: "Start, 1st",
    laterStart: later,
    hostMemory: "MemAvailable per instance",
  }[metric];
}

/** Absent: the series does not say it. */
export function densityValue(
  metric: DensityMetricName,
  series: DensitySeries,
  { instances }: Pick<DensityPlan, "instances">,
): number | undefined {
  const { points, startsNs, availableBytes: before } = series;
  switch (metric) {
    case "memory":
      return slope(points, workingSet);
    case "hostMemory":
      return slope(points, ({ availableBytes }) => before && availableBytes && before - availableBytes);
    case "fit": {
      const bytes = slope(points, workingSet);
      return bytes === undefined || bytes <= 0 ? undefined : fitBytes / bytes;
    }
    case "firstStart":
      return startsNs[0];
    case "laterStart": {
      // of the planned number only: a system that ran out of memory earlier has never started so many
      const later = startsNs.length === instances ? startsNs.slice(firstOfLater(instances) - 1) : [];
      return instances < 2 || later.length === 0 ? undefined : median(later);
    }
  }
}

/** Of all instances together, bytes. */
export const workingSet = ({ instanceBytes }: DensityPoint): number | undefined =>
  instanceBytes?.reduce((sum, bytes) => sum + bytes, 0);

/** Of the second half of the instances, the number of the first; half of an odd number is rounded down. */
const firstOfLater = (instances: number): number => Math.floor(instances / 2) + 1;

/** Least squares: what one instance adds. Absent with fewer than 2 points, and where one is not known. */
function slope(
  points: readonly DensityPoint[],
  valueOf: (point: DensityPoint) => number | undefined,
): number | undefined {
  const known = points.flatMap((point) => {
    const y = valueOf(point);
    return y === undefined ? [] : [{ x: point.instances, y }];
  });
  if (known.length < points.length || known.length < 2) return undefined;
  const meanX = known.reduce((sum, { x }) => sum + x, 0) / known.length;
  const meanY = known.reduce((sum, { y }) => sum + y, 0) / known.length;
  const products = known.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  return products / known.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
}

const endings: Readonly<Record<string, string>> = { one: "st", two: "nd", few: "rd", other: "th" };
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });
const nth = (n: number): string => `${n}${endings[ordinals.select(n)] ?? "th"}`;
