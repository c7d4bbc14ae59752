import { coldCalls } from "../cell-summary.ts";
import type { Comparison } from "../comparison.ts";
import { systemTitle } from "../figures/figure-order.ts";
import type { LatencyRecord } from "../records/record.ts";
import { quotable } from "../quotable.ts";
import { ascending, minimumCount, quantile } from "../stats/quantile.ts";
import { type Table, columns } from "./document.ts";
import { functionRows } from "./latency-tables.ts";
import { dash, formatMs } from "./numbers.ts";

/** Fewest cold starts for which a quantile other than the median is quoted. */
export const coldStartsForQuantile = 20;

/**
 * The first calls of fresh instances, a series of its own: never mixed into the others. Then how long the sandboxes
 * took to start. The last rows take all functions of a system together: a single one rarely has enough.
 */
export function coldTable(records: readonly LatencyRecord[], comparison: Comparison): Table {
  const byLabel = new Map(records.map((record) => [record.label, record]));
  const rows = functionRows(comparison).flatMap(({ name, cells }) =>
    cells.map(({ label, system }, index) => {
      const record = byLabel.get(label);
      return [index === 0 ? name : "", ...numbers(record === undefined ? [] : [record], system)];
    }),
  );
  const systems = [...new Set(functionRows(comparison).flatMap(({ cells }) => cells.map(({ system }) => system)))];
  const together = systems.map((system, index) => [index === 0 ? "all functions" : "", ...numbers(records, system)]);
  return {
    columns: columns(
      "Function",
      "System",
      ">n",
      ">Median ms",
      ">Quartiles ms",
      ">p95 ms",
      ">Starts",
      ">Median start ms",
    ),
    rows: records.length > 1 ? [...rows, ...together] : rows,
  };
}

function numbers(records: readonly LatencyRecord[], system: string): readonly string[] {
  const quoted = records.some(quotable);
  const calls = ascending(records.flatMap((record) => coldCalls(record, system)));
  const starts = ascending(
    records.flatMap(({ proofs }) => proofs.filter((proof) => proof.system === system).map(({ startNs }) => startNs)),
  );
  const from = (count: number, p: number, values: Float64Array): string =>
    !quoted || values.length < Math.max(count, minimumCount(p)) ? dash : formatMs(quantile(values, p));
  const quartile = (p: number): string => from(coldStartsForQuantile, p, calls);
  return [
    systemTitle(system),
    String(calls.length),
    from(0, 0.5, calls),
    !quoted || calls.length < coldStartsForQuantile ? dash : `${quartile(0.25)} to ${quartile(0.75)}`,
    from(coldStartsForQuantile, 0.95, calls),
    String(starts.length),
    from(0, 0.5, starts),
  ];
}
