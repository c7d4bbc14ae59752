import { coldCalls } from "../cell-summary.ts";
import type { Comparison } from "../comparison.ts";
import { systemTitle } from "../figures/figure-order.ts";
import type { LatencyRecord } from "../records/record.ts";
import { quotable } from "../quotable.ts";
import { logEstimate } from "../stats/interval.ts";
import { ascending, minimumCount, quantile } from "../stats/quantile.ts";
import { type Table, columns } from "./document.ts";
import { functionRows } from "./latency-tables.ts";
import { dash, formatMs } from "./numbers.ts";

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
      ">Mean ms",
      ">Median ms",
      ">Quartiles ms",
      ">p95 ms",
      ">Starts",
      ">Mean start ms",
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
  const mean = (values: Float64Array): string =>
    !quoted || values.length === 0 ? dash : formatMs(logEstimate([...values]).mean);
  const quoteAt = (p: number): string =>
    !quoted || calls.length < minimumCount(p) ? dash : formatMs(quantile(calls, p));
  return [
    systemTitle(system),
    String(calls.length),
    mean(calls),
    quoteAt(0.5),
    quoteAt(0.25) === dash ? dash : `${quoteAt(0.25)} to ${quoteAt(0.75)}`,
    quoteAt(0.95),
    String(starts.length),
    mean(starts),
  ];
}
