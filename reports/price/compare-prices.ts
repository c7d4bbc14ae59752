/**
 * The price of every function under every system, compared with the function's baseline: by the estimators and verdicts
 * of latency, paired by block, because a block has one value. Each metric is a family of comparisons of its own. Pure.
 */
import { baselineOf } from "../comparison.ts";
import { type JudgedRatio, judgeCells, meansOf, type UnjudgedCell } from "../judge-cells.ts";
import type { ApplicationRecord } from "../records/application-record.ts";
import type { LatencyRecord } from "../records/record.ts";
import { blockVoids, cellVoids } from "../records/voids.ts";
import { quotable } from "../quotable.ts";
import type { GeometricMean } from "../stats/geometric-mean.ts";
import { logEstimate } from "../stats/interval.ts";
import { ratioOfBlockValues } from "../stats/block-values.ts";
import { blockValues, metricNames, type MetricName, metrics } from "./metrics.ts";

export interface PriceCell extends JudgedRatio {
  readonly metric: MetricName;
  readonly label: string;
  readonly starred: boolean;
  readonly flow: string;
  readonly application: ApplicationRecord | undefined;
  readonly system: string;
  readonly baseline: string;
  readonly aaOf: string | undefined;
  readonly plan: LatencyRecord["plan"];
  readonly otherWork: string | undefined;
  /** `unknown`: nobody could tell. */
  readonly state: "measured" | "void" | "unknown";
  readonly voids: readonly string[];
  /** Of each block that counts, in the metric's unit. */
  readonly values: readonly number[];
  /** Mean of `values`: five blocks have no median that could be quoted (`stats/quantile.ts`), but a mean. */
  readonly value: number | undefined;
}

/** A process that serves several systems: what a call costs there, ns, by sound block. */
export interface SharedCost {
  readonly label: string;
  readonly part: string;
  readonly meanNs: number;
  readonly blocks: number;
}

export interface PriceComparison {
  readonly cells: readonly PriceCell[];
  /** By metric, then by system; systems that do other work than the application's are left out. */
  readonly means: ReadonlyMap<MetricName, ReadonlyMap<string, GeometricMean>>;
  readonly shared: readonly SharedCost[];
}

/** `undefined` where no block has a price that may be quoted: older records, `KALIUM_METRICS=latency`, most clusters, the profile `smoke`. */
export function comparePrices(records: readonly LatencyRecord[]): PriceComparison | undefined {
  const priced = records.filter((record) => quotable(record) && record.blocks.some(({ price }) => price !== undefined));
  if (priced.length === 0) return undefined;
  const means = new Map<MetricName, ReadonlyMap<string, GeometricMean>>();
  const cells = metricNames.flatMap((metric) => {
    const raw = priced.flatMap((record) => rawCells(record, metric));
    const own: readonly PriceCell[] = judgeCells(raw, { sides: metrics[metric].sides });
    means.set(metric, meansOf(own));
    return own;
  });
  return { cells, means, shared: priced.flatMap(sharedCosts) };
}

type RawCell = Omit<PriceCell, keyof JudgedRatio> & UnjudgedCell;

function rawCells(record: LatencyRecord, metric: MetricName): readonly RawCell[] {
  const { label, starred, flow, plan, application } = record;
  return record.systems.map(({ name: system, aaOf, note: otherWork }) => {
    const voids = cellVoids(record, system);
    const baseline = baselineOf(record, system);
    const reference = aaOf ?? baseline;
    const values = voids.length > 0 ? new Map<number, number>() : blockValues(record, system, metric);
    const known = [...values.values()];
    const sound = voids.length === 0 && cellVoids(record, reference).length === 0 && system !== reference;
    return {
      ...{ metric, label, starred, flow, plan, application, system, baseline, aaOf, otherWork, imported: false },
      looks: 1 + (record.looks?.length ?? 0),
      state: voids.length > 0 ? "void" : known.length === 0 ? "unknown" : "measured",
      voids,
      values: known,
      value: known.length === 0 ? undefined : logEstimate(known).mean,
      ratio: sound ? ratioOfBlockValues(values, blockValues(record, reference, metric)) : undefined,
    };
  });
}

function sharedCosts(record: LatencyRecord): readonly SharedCost[] {
  const sound = record.blocks.filter(({ block }) =>
    record.systems.some(({ name }) => blockVoids(record, name, block).length === 0),
  );
  const all = sound.flatMap(({ price }) => price?.shared ?? []);
  return [...Map.groupBy(all, ({ part }) => part)].map(([part, own]) => ({
    label: record.label,
    part,
    meanNs: logEstimate(own.map(({ cpuNs, calls }) => cpuNs / calls)).mean,
    blocks: own.length,
  }));
}
