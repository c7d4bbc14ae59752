/** Statistics of guarded calls, exact: every sample counts, none is dropped. */
import { quantile } from "../stats/quantile.ts";
import { type Rows, sortedBy } from "./rows.ts";
import type { Series, SeriesName, Stage } from "./stages.ts";

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
  readonly parts: readonly Stage[];
  /** Of total - sum of the parts, per call. */
  readonly summary: Summary;
  /** Calls whose parts exceed their total, which no clock should give. */
  readonly negative: number;
}

export interface SeriesSummary {
  readonly name: SeriesName;
  readonly n: number;
  readonly stages: { readonly [S in Stage]?: Summary };
  readonly rests: readonly Rest[];
}

/** `sorted`: ascending; at least one value. */
export function summarise(sorted: Uint32Array | Float64Array): Summary {
  let sumNs = 0;
  for (const ns of sorted) sumNs += ns;
  const meanNs = sumNs / sorted.length;
  let squares = 0;
  for (const ns of sorted) squares += (ns - meanNs) ** 2;
  return {
    n: sorted.length,
    minNs: quantile(sorted, 0),
    p25Ns: quantile(sorted, 0.25),
    medianNs: quantile(sorted, 0.5),
    meanNs,
    p75Ns: quantile(sorted, 0.75),
    p90Ns: quantile(sorted, 0.9),
    p95Ns: quantile(sorted, 0.95),
    p99Ns: quantile(sorted, 0.99),
    maxNs: quantile(sorted, 1),
    sdNs: sorted.length < 2 ? null : Math.sqrt(squares / (sorted.length - 1)),
    sumNs,
  };
}

export const summariseColumn = (calls: Rows, index: number): Summary =>
  summarise(sortedBy(calls, (row) => row[index] ?? NaN));

/** Without calls there is no stage to summarise. */
export function summariseSeries({ name, stages, calls }: Series): SeriesSummary {
  if (calls.length === 0) return { name, n: 0, stages: {}, rests: [] };
  return {
    name,
    n: calls.length,
    stages: Object.fromEntries(stages.map((stage, index) => [stage, summariseColumn(calls, index)])),
    rests: partsOfTotals.flatMap(({ total, parts }) => rest(stages, calls, total, parts) ?? []),
  };
}

const partsOfTotals = [
  { total: "checkTotal", parts: ["controller", "localGuard"] },
  { total: "syscallTotal", parts: ["tlsParsing", "tlsLookup", "eventConstruction", "checkTotal"] },
] as const satisfies readonly Pick<Rest, "total" | "parts">[];

function rest(
  stages: readonly Stage[],
  calls: Rows,
  total: Rest["total"],
  allParts: readonly Stage[],
): Rest | undefined {
  const parts = allParts.filter((stage) => stages.includes(stage));
  const totalAt = stages.indexOf(total);
  if (totalAt < 0 || parts.length === 0) return undefined;
  const partsAt = parts.map((stage) => stages.indexOf(stage));
  const sorted = sortedBy(calls, (row) => {
    let left = row[totalAt] ?? NaN;
    for (const at of partsAt) left -= row[at] ?? NaN;
    return left;
  });
  let negative = 0;
  while (negative < sorted.length && (sorted[negative] ?? 0) < 0) negative += 1;
  return { total, parts, summary: summarise(sorted), negative };
}
