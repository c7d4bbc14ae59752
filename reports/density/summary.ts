/** Idle instances of every function under every system, compared with the function's baseline. Pure. */
import { baselineOf } from "../comparison.ts";
import { type JudgedRatio, judgeCells, type UnjudgedCell } from "../judge-cells.ts";
import type { DensityPlan, DensityRecord, DensitySeries } from "../records/density-record.ts";
import { ratioOfBlockValues } from "../stats/block-values.ts";
import { type Interval, logEstimate, meanInterval } from "../stats/interval.ts";
import { median } from "../stats/quantile.ts";
import { blocksForClaim } from "../stats/verdict.ts";
import { type DensityMetricName, densityMetricNames, densityMetrics, densityValue, workingSet } from "./metrics.ts";

export interface DensityCell extends JudgedRatio {
  readonly metric: DensityMetricName;
  readonly label: string;
  readonly system: string;
  readonly baseline: string;
  readonly aaOf: string | undefined;
  readonly plan: DensityPlan;
  /** `unknown`: nobody could tell. */
  readonly state: "measured" | "void" | "unknown";
  readonly voids: readonly string[];
  /** Of each block that counts, in the metric's unit. */
  readonly values: readonly number[];
  /** Their mean, with Student's t interval over blocks; neither this nor the ratio's with fewer blocks than a claim needs. */
  readonly value: number | undefined;
  readonly interval: Interval | undefined;
}

/** A mean over blocks with its interval, as above, at one number of instances. */
export interface DensityCurvePoint {
  readonly system: string;
  readonly instances: number;
  readonly blocks: number;
  readonly value: number;
  readonly interval: Interval | undefined;
}

export interface DensitySummary {
  readonly record: DensityRecord;
  /** By metric, then by system in the record's order. */
  readonly cells: readonly DensityCell[];
  /** Working sets of all instances together, bytes. */
  readonly memory: readonly DensityCurvePoint[];
  /** Start of the instances after the point before, up to this one: the median of each block, ns. */
  readonly starts: readonly DensityCurvePoint[];
}

type RawCell = Omit<DensityCell, keyof JudgedRatio> & UnjudgedCell;

/** One per record. All comparisons of a metric are one family. */
export function summariseDensity(records: readonly DensityRecord[]): readonly DensitySummary[] {
  const cells = densityMetricNames.flatMap((metric): readonly DensityCell[] =>
    judgeCells(
      records.flatMap((record) => rawCells(record, metric)),
      { sides: densityMetrics[metric].sides },
    ).map((cell) => ({ ...cell, ratio: withoutVagueInterval(cell.ratio) })),
  );
  return records.map((record) => ({
    record,
    cells: cells.filter(({ label }) => label === record.label),
    memory: curve(record, ({ points }) =>
      points.flatMap((point) => {
        const value = workingSet(point);
        return value === undefined ? [] : [{ instances: point.instances, value }];
      }),
    ),
    starts: curve(record, ({ startsNs, points }) =>
      points.map(({ instances }, at) => {
        const own = startsNs.slice(points[at - 1]?.instances ?? 0, instances);
        return { instances, value: median(own) };
      }),
    ),
  }));
}

function rawCells(record: DensityRecord, metric: DensityMetricName): readonly RawCell[] {
  const { label, plan } = record;
  return record.systems.map(({ name: system, aaOf }) => {
    const voids = wholeVoids(record, system);
    const baseline = baselineOf(record, system);
    const reference = aaOf ?? baseline;
    const values = blockValuesOf(record, system, metric);
    const known = [...values.values()];
    const estimate = known.length === 0 ? undefined : estimateOf(known, { canBeNegative: metric === "hostMemory" });
    return {
      ...{ metric, label, system, baseline, aaOf, plan, voids, values: known, imported: false, looks: 1 },
      state: voids.length > 0 ? "void" : known.length === 0 ? "unknown" : "measured",
      value: estimate?.value,
      interval: estimate?.interval,
      ratio: system === reference ? undefined : ratioOfBlockValues(values, blockValuesOf(record, reference, metric)),
    };
  });
}

/** `canBeNegative`: what other programs of the machine use is in it. The interval of all else ends at 0. */
function estimateOf(
  values: readonly number[],
  { canBeNegative = false }: { readonly canBeNegative?: boolean } = {},
): Pick<DensityCurvePoint, "value" | "interval"> {
  const estimate = logEstimate(values);
  const { mean: value } = estimate;
  const interval = values.length < blocksForClaim ? undefined : meanInterval(estimate);
  const { low = 0, high = 0 } = interval ?? {};
  return { value, interval: interval && { low: canBeNegative || value < 0 ? low : Math.max(0, low), high } };
}

const withoutVagueInterval = (ratio: DensityCell["ratio"]): DensityCell["ratio"] =>
  ratio === undefined || ratio.blocks >= blocksForClaim ? ratio : { ...ratio, interval: undefined };

/** Of each sound series, by its block. */
function blockValuesOf(record: DensityRecord, system: string, metric: DensityMetricName): ReadonlyMap<number, number> {
  return new Map(
    soundSeries(record, system).flatMap((series): [number, number][] => {
      const value = densityValue(metric, series, record.plan);
      return value === undefined ? [] : [[series.block, value]];
    }),
  );
}

const reasonsOf = ({ voids }: DensityRecord, { system, block }: DensitySeries): readonly string[] =>
  voids
    .filter((entry) => (entry.system ?? system) === system && (entry.block ?? block) === block)
    .map(({ reason }) => reason);

const soundSeries = (record: DensityRecord, system: string): readonly DensitySeries[] =>
  record.series.filter((series) => series.system === system && reasonsOf(record, series).length === 0);

/** Empty where a series counts, and where there is none. */
function wholeVoids(record: DensityRecord, system: string): readonly string[] {
  if (soundSeries(record, system).length > 0) return [];
  const own = record.series.filter((series) => series.system === system);
  return own.flatMap((series) => reasonsOf(record, series).map((reason) => `block ${series.block}: ${reason}`));
}

function curve(
  record: DensityRecord,
  pointsOf: (series: DensitySeries) => readonly { readonly instances: number; readonly value: number }[],
): readonly DensityCurvePoint[] {
  return record.systems.flatMap(({ name: system }) => {
    const all = soundSeries(record, system).flatMap(pointsOf);
    const byNumber = [...Map.groupBy(all, ({ instances }) => instances)].sort(([a], [b]) => a - b);
    return byNumber.map(([instances, own]) => {
      return { system, instances, blocks: own.length, ...estimateOf(own.map(({ value }) => value)) };
    });
  });
}
