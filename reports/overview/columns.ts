/** What each system costs and gives, relative to the baseline: one column per measure that these results have. Pure. */
import { compare } from "../comparison.ts";
import { summariseDensity } from "../density/summary.ts";
import { type Held, summariseLoad } from "../load/summary.ts";
import type { Results } from "../records/store.ts";
import { comparePrices } from "../price/compare-prices.ts";
import type { MetricName } from "../price/metrics.ts";
import { geometricCentre, geometricMean } from "../stats/geometric-mean.ts";
import type { Interval } from "../stats/interval.ts";

export interface OverviewValue {
  readonly ratio: number | undefined;
  /** Of `range`: 95 %; of a bracket: all that the brackets of all blocks leave open, with an end absent where it is open. */
  readonly range: Partial<Interval> | undefined;
  readonly rangeIs: "95 % interval" | "bracket";
}

export interface OverviewColumn {
  readonly name: "latency" | "cpu" | "memory" | "start" | "density" | "throughput";
  /** Measured functions in it. */
  readonly labels: readonly string[];
  /** Of the baseline, in ns, bytes, instances per 10^9 bytes, or calls per second; absent: not known. */
  readonly absolute: number | undefined;
  /** Instead of it, where only this is known of the baseline. */
  readonly atLeast?: number | undefined;
  /** By system, without the baseline. */
  readonly values: ReadonlyMap<string, OverviewValue>;
}

/** Empty for the profile `smoke`, and where fewer than two of latency, load and density were measured. */
export function overviewColumns(results: Results): readonly OverviewColumn[] {
  const { latency, load, density = [] } = results;
  const all = [...latency, ...load, ...density];
  const kinds = [latency, load, density].filter(({ length }) => length > 0).length;
  const baselines = new Set(all.map(({ baseline }) => baseline));
  if (kinds < 2 || baselines.size !== 1 || all.some(({ plan }) => plan.profile === "smoke")) return [];
  return [...latencyColumns(results), ...densityColumns(results), ...loadColumns(results)].filter(
    ({ values }) => values.size > 0,
  );
}

function latencyColumns({ latency }: Results): readonly OverviewColumn[] {
  if (latency.length === 0) return [];
  const comparison = compare(latency);
  const prices = comparePrices(latency);
  const labels = latency.map(({ label }) => label);
  const ofMeans = (means: ReadonlyMap<string, { ratio: number; interval: Interval | undefined }> | undefined) =>
    new Map([...(means ?? [])].map(([system, { ratio, interval }]) => [system, ofInterval(ratio, interval)]));
  const priced = (name: OverviewColumn["name"], metric: MetricName): OverviewColumn => ({
    name,
    labels,
    absolute: geometricCentre(
      (prices?.cells ?? []).flatMap((cell) =>
        cell.metric === metric && cell.system === cell.baseline ? (cell.value ?? []) : [],
      ),
    ),
    values: ofMeans(prices?.means.get(metric)),
  });
  const medians = comparison.cells.flatMap((cell) => (cell.system === cell.baseline ? (cell.medianNs ?? []) : []));
  return [
    { name: "latency", labels, absolute: geometricCentre(medians), values: ofMeans(comparison.means) },
    ...[priced("cpu", "cpu"), priced("memory", "afterMemory"), priced("start", "start")],
  ];
}

function densityColumns({ density = [] }: Results): readonly OverviewColumn[] {
  const cells = summariseDensity(density).flatMap((summary) => summary.cells.filter(({ metric }) => metric === "fit"));
  if (cells.length === 0) return [];
  const values = [...Map.groupBy(cells, ({ system }) => system)].flatMap(([system, own]): [string, OverviewValue][] => {
    const mean = geometricMean(own.flatMap(({ ratio }) => ratio?.own ?? []));
    return mean === undefined ? [] : [[system, ofInterval(mean.ratio, mean.interval)]];
  });
  const absolute = geometricCentre(
    cells.flatMap(({ system, baseline, value }) => (system === baseline ? (value ?? []) : [])),
  );
  return [{ name: "density", labels: density.map(({ label }) => label), absolute, values: new Map(values) }];
}

/** Of one function: the brackets of several have no common mean. */
function loadColumns({ load }: Results): readonly OverviewColumn[] {
  const [record, ...more] = load;
  if (record === undefined || more.length > 0) return [];
  const summary = summariseLoad(record);
  const reference = summary.held.find(({ system }) => system === record.baseline);
  const values = summary.held.flatMap((own): [string, OverviewValue][] =>
    own.system === record.baseline || reference === undefined ? [] : [[own.system, bracketRatio(own, reference)]],
  );
  const { middlePerS, heldPerS } = reference ?? {};
  const absolute = middlePerS === undefined ? { atLeast: heldPerS } : { absolute: middlePerS };
  return [{ name: "throughput", labels: [record.label], absolute: undefined, ...absolute, values: new Map(values) }];
}

/** Of the greatest rates at which both meet the bound, in all blocks. */
function bracketRatio(own: Held, reference: Held): OverviewValue {
  const ratio = (one: number | undefined, other: number | undefined): number | undefined =>
    one === undefined || other === undefined ? undefined : one / other;
  const low = ratio(own.heldPerS, reference.lostPerS);
  const high = ratio(own.lostPerS, reference.heldPerS);
  return {
    ratio: ratio(own.middlePerS, reference.middlePerS),
    range:
      low === undefined && high === undefined
        ? undefined
        : { ...(low !== undefined && { low }), ...(high !== undefined && { high }) },
    rangeIs: "bracket",
  };
}

const ofInterval = (ratio: number, range: Interval | undefined): OverviewValue => ({
  ratio,
  range,
  rangeIs: "95 % interval",
});
