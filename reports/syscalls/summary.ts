/** Statistics of guarded calls, exact: every sample counts, none is dropped. */
import { quantile } from "../stats/quantile.ts";
import type { Rows } from "../records/syscall-rows.ts";
import { type Sorter, createSorter } from "./sorted.ts";
import type { Series, SeriesName, SyscallStage } from "../records/syscall-stages.ts";

/** Quantiles are of type 7. */
export interface Summary {
  readonly n: number;
  readonly minNs: number;
  readonly p25Ns: number;
  readonly medianNs: number;
  readonly meanNs: number;
  readonly p75Ns: number;
  readonly p90Ns: number;
  readonly p95Ns: number;
  readonly p99Ns: number;
  readonly maxNs: number;
  /** Of the sample (n - 1); null for one sample, which has none. */
  readonly sdNs: number | null;
  readonly sumNs: number;
}

/** What a total holds besides its parts: locks, hashes, log lines. */
export interface Rest {
  readonly total: "checkTotal" | "syscallTotal";
  readonly parts: readonly SyscallStage[];
  /** Of total - sum of the parts, per call. */
  readonly summary: Summary;
  /** Calls whose parts exceed their total, which no clock should give. */
  readonly negative: number;
}

export interface StageSummaries {
  readonly name: SeriesName;
  readonly n: number;
  readonly stages: { readonly [S in SyscallStage]?: Summary };
}

export interface SeriesSummary extends StageSummaries {
  readonly rests: readonly Rest[];
}

/** `values`: ascending; at least one. */
export function summariseSyscalls(values: Uint32Array | Float64Array): Summary {
  const n = values.length;
  let sumNs = 0;
  for (let index = 0; index < n; index++) sumNs += values[index] ?? 0;
  const meanNs = sumNs / n;
  let squares = 0;
  for (let index = 0; index < n; index++) {
    const distance = (values[index] ?? 0) - meanNs;
    squares += distance * distance;
  }
  return {
    n,
    minNs: quantile(values, 0),
    p25Ns: quantile(values, 0.25),
    medianNs: quantile(values, 0.5),
    meanNs,
    p75Ns: quantile(values, 0.75),
    p90Ns: quantile(values, 0.9),
    p95Ns: quantile(values, 0.95),
    p99Ns: quantile(values, 0.99),
    maxNs: quantile(values, 1),
    sdNs: n < 2 ? null : Math.sqrt(squares / (n - 1)),
    sumNs,
  };
}

export const summariseColumn = (calls: Rows, column: number, sorter = createSorter(calls.length)): Summary =>
  summariseSyscalls(sorter(calls.length, (visit) => calls.forEachOf(column, visit)));

/** Without calls there is no stage to summarise. */
export function summariseStages(
  { name, stages, calls }: Series,
  sorter: Sorter = createSorter(calls.length),
): StageSummaries {
  const timed = calls.length === 0 ? [] : stages;
  const summaries = timed.map((stage, column) => [stage, summariseColumn(calls, column, sorter)] as const);
  return { name, n: calls.length, stages: Object.fromEntries(summaries) };
}

export function summariseSeries(series: Series): SeriesSummary {
  const sorter = createSorter(series.calls.length);
  const rests = series.calls.length === 0 ? [] : partsOfTotals;
  return {
    ...summariseStages(series, sorter),
    rests: rests.flatMap(({ total, parts }) => rest(series, total, parts, sorter) ?? []),
  };
}

const partsOfTotals = [
  { total: "checkTotal", parts: ["controller", "localGuard"] },
  { total: "syscallTotal", parts: ["tlsParsing", "tlsLookup", "eventConstruction", "checkTotal"] },
] as const satisfies readonly Pick<Rest, "total" | "parts">[];

function rest(
  { stages, calls }: Series,
  total: Rest["total"],
  allParts: readonly SyscallStage[],
  sorter: Sorter,
): Rest | undefined {
  const parts = allParts.filter((stage) => stages.includes(stage));
  const totalAt = stages.indexOf(total);
  if (totalAt < 0 || parts.length === 0) return undefined;
  const partsAt = parts.map((stage) => stages.indexOf(stage));
  const values = sorter(calls.length, (visit) => {
    calls.forEach((row) => {
      let left = row[totalAt] ?? NaN;
      for (const at of partsAt) left -= row[at] ?? NaN;
      visit(left);
    });
  });
  let negative = 0;
  while (negative < values.length && (values[negative] ?? 0) < 0) negative += 1;
  return { total, parts, summary: summariseSyscalls(values), negative };
}
