import type { Comparison } from "../comparison.ts";
import { median, minimumCount } from "../stats/quantile.ts";
import type { SyscallRecord } from "../records/syscall-record.ts";
import { callSeries } from "../records/syscall-stages.ts";
import { type Section, columns, withDetail } from "../tables/document.ts";
import { dash, formatMs, formatUs } from "../tables/numbers.ts";
import { type Explanation, explainCall } from "./explained.ts";

const shown = ["controller", "localGuard", "checkTotal", "syscallTotal"] as const;

/** A row per record and kind of call: medians, and how much of the slow-down end to end they explain. */
export function functionSection(records: readonly SyscallRecord[], title: string, comparison: Comparison): Section {
  const rows = records.flatMap((record) =>
    callSeries.flatMap((name) => {
      const stages = record.calls[name];
      if (stages === undefined) return [];
      const isFirst = name === callSeries.find((each) => record.calls[each] !== undefined);
      const n = Math.max(...Object.values(stages).map(({ length }) => length));
      const medianOf = (ns: readonly number[] | undefined): string =>
        ns === undefined || n < minimumCount(0.5) ? dash : formatUs(median(ns));
      const explanation = explainCall(record, comparison);
      return [
        [
          record.function ?? record.name,
          name,
          String(n),
          ...shown.map((stage) => medianOf(stages[stage])),
          // Of all series together: said once.
          ...(isFirst ? invocationTexts(explanation) : ["", "", "", "", ""]),
        ],
      ];
    }),
  );
  return {
    title: `By function: ${title}`,
    ...(records.every(({ source }) => source === "embedded-guard") && { inReportOnly: true as const }),
    paragraphs: [
      "Calls (writes and sends), hook time (all series) and difference: per invocation, of means. Difference: to the baseline's latency end to " +
        "end. Hook / difference: the share that the hooks explain; a dash where the guarded system was not slower or not measured, in brackets where its ratio's " +
        "interval holds 1, because the difference may be noise. Unexplained: the difference without the hooks' time: what the guard costs outside guarded " +
        "calls, such as processor time of its hook and of its process; negative where hooks waited while the function worked.",
    ],
    table: {
      columns: withDetail(
        columns(
          "Function",
          "Series",
          ">n",
          ">Controller µs",
          ">Local guard µs",
          ">Check total µs",
          ">Syscall total µs",
          ">Calls",
          ">Hook ms",
          ">Mean difference ms",
          ">Unexplained ms",
          ">Hook / difference",
        ),
        ...["Series", "n", "Controller µs", "Local guard µs", "Check total µs", "Syscall total µs", "Calls"],
      ),
      rows,
    },
  };
}

const invocationTexts = (explanation: Explanation | undefined): readonly string[] =>
  explanation === undefined
    ? [dash, dash, dash, dash, dash]
    : [
        explanation.callsPerInvocation.toFixed(2),
        formatMs(explanation.hookNs),
        signedMs(explanation.differenceNs),
        signedMs(explanation.differenceNs - explanation.hookNs),
        shareText(explanation),
      ];

function shareText(explanation: Explanation): string {
  if (explanation.differenceNs <= 0) return dash;
  const share = `${((100 * explanation.hookNs) / explanation.differenceNs).toFixed(0)} %`;
  return explanation.uncertain ? `(${share})` : share;
}

const signedMs = (ns: number): string => (ns < 0 ? `-${formatMs(-ns)}` : formatMs(ns));
