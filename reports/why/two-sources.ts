/** System calls of an invocation as strace counts them under the reference, beside the count of a sandbox's own trace. Pure. */
import { axisLabel, systemTitle, withFigureOrder } from "../figures/figure-order.ts";
import { toCsv } from "../formats/to-csv.ts";
import type { CallCountRecord } from "../records/call-count-record.ts";
import type { LatencyRecord } from "../records/record.ts";
import { type Section, type Table, columns, folded } from "../tables/document.ts";
import { dash } from "../tables/numbers.ts";

/** Calls that fewer than one invocation in ten makes are in the file alone. */
const leastShown = 0.1;

interface Source {
  readonly system: string;
  /** By the name of the call, per invocation. `undefined`: it did not count. */
  readonly means: ReadonlyMap<string, number> | undefined;
}

/** One row per call, the most frequent first, and all together. */
export function sourcesTable(record: CallCountRecord): Table {
  const sources = sourcesOf(record);
  const meanOf = ({ means }: Source, call: string): number => means?.get(call) ?? 0;
  const names = [...new Set(sources.flatMap(({ means }) => [...(means?.keys() ?? [])]))];
  const most = (call: string): number => Math.max(...sources.map((source) => meanOf(source, call)));
  const shown = names.filter((call) => most(call) >= leastShown).toSorted((a, b) => most(b) - most(a));
  const total = ({ means }: Source): number => [...(means?.values() ?? [])].reduce((sum, mean) => sum + mean, 0);
  const text = (source: Source, value: number): string => (source.means === undefined ? dash : value.toFixed(1));
  const [reference, ...others] = sources;
  return {
    columns: columns(
      "Call",
      `>${systemTitle(reference?.system ?? "")}, by strace`,
      ...others.map(({ system }) => `>${systemTitle(system)}, by its own trace`),
    ),
    rows: [
      ["all", ...sources.map((source) => text(source, total(source)))],
      ...shown.map((call) => [call, ...sources.map((source) => text(source, meanOf(source, call)))]),
    ],
  };
}

/** For each function with a second source, in the figure's order. */
export const sourceSections = (
  counts: readonly CallCountRecord[],
  latency: readonly LatencyRecord[],
): readonly Section[] =>
  withFigureOrder(latency).flatMap((named) => {
    const record = counts.find(({ label }) => label === named.label);
    if (record?.inSandbox === undefined) return [];
    const problems = record.inSandbox.flatMap(({ system, problem }) =>
      problem === undefined ? [] : [`Not counted under ${systemTitle(system)}: ${problem}`],
    );
    const title = `System calls of ${axisLabel(named)}, by two sources`;
    return [folded({ title, paragraphs: [explanation, ...problems], table: sourcesTable(record) })];
  });

const explanation =
  "Per invocation. The explanation is made from the first column; the others, which the sandbox's kernel has written for " +
  "other instances in a block of its own, show how far the same program makes the same calls there.";

/** One row per function, system and call. `undefined` without a second source. */
export function sourcesToCsv(counts: readonly CallCountRecord[]): string | undefined {
  if (counts.every(({ inSandbox }) => inSandbox === undefined)) return undefined;
  return toCsv(
    counts.flatMap((record) =>
      [record, ...(record.inSandbox ?? [])].flatMap(({ system, tracer, calls }) =>
        calls.map((call) => ({
          ...{ function: record.label, system, tracer, call: call.call, on: "on" in call ? call.on : undefined },
          ...{ mean: mean(call.counts), least: Math.min(...call.counts), most: Math.max(...call.counts) },
        })),
      ),
    ),
  );
}

function sourcesOf({ system, calls, inSandbox = [] }: CallCountRecord): readonly Source[] {
  return [
    { system, means: meansOfCalls(calls) },
    ...inSandbox.map((one) => ({
      system: one.system,
      means: one.problem === undefined ? meansOfCalls(one.calls) : undefined,
    })),
  ];
}

/** Whatever they are about. */
function meansOfCalls(
  calls: readonly { readonly call: string; readonly counts: readonly number[] }[],
): ReadonlyMap<string, number> {
  const means = new Map<string, number>();
  for (const { call, counts } of calls) means.set(call, (means.get(call) ?? 0) + mean(counts));
  return means;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
