import { systemTitle } from "../figures/figure-order.ts";
import type { SystemCallRecord } from "../records/system-call-record.ts";
import { marginText } from "../stats/words.ts";
import { type Table, columns } from "../tables/document.ts";
import { dash, formatRatioWith, formatUs } from "../tables/numbers.ts";
import { type OperationCell, operationTitles } from "./summary.ts";

/** One row per operation and system, the baseline first. */
export function systemCallsTable(cells: readonly OperationCell[], { baseline, plan }: SystemCallRecord): Table {
  const sorted = cells.toSorted((a, b) => rank(a, baseline) - rank(b, baseline)); // stable: operations stay in their order
  const byOperation = Map.groupBy(sorted, ({ operation }) => operation);
  const smoke = plan.profile === "smoke";
  const rows = [...byOperation].flatMap(([operation, own]) =>
    own.map((cell, index) => [
      index === 0 ? operationTitles[operation] : "",
      systemTitle(cell.system),
      smoke ? dash : formatUs(cell.medianNs),
      smoke ? dash : ratioText(cell, baseline),
      smoke ? "" : verdictOf(cell),
    ]),
  );
  return { columns: columns("Operation", "System", ">Median µs", ">Ratio [95 %]", "Verdict"), rows };
}

const rank = ({ system, operation }: OperationCell, baseline: string): number =>
  Object.keys(operationTitles).indexOf(operation) * 2 + (system === baseline ? 0 : 1);

function ratioText({ system, ratio }: OperationCell, baseline: string): string {
  if (system === baseline) return "1 (baseline)";
  return ratio === undefined ? dash : formatRatioWith(ratio.ratio, ratio.interval);
}

/** An A/A arm shows its noise floor. */
export const verdictOf = ({ judgement, noiseFloor, ratio }: OperationCell): string =>
  judgement?.text ?? (ratio === undefined || noiseFloor === undefined ? "" : `noise floor ${marginText(noiseFloor)}`);
