/** A history as people and other programs read it. Pure; the same runs give the same text. */
import { systemTitle } from "../figures/figure-order.ts";
import { toMarkdown } from "../formats/markdown.ts";
import { toPlain } from "../formats/plain.ts";
import { type ReportDocument, columns } from "../tables/document.ts";
import { formatRatioWith } from "../tables/numbers.ts";
import type { History, HistoryPoint } from "./history.ts";

/** `bmf` and `github` hold the last run: Bencher and github-action-benchmark keep a history themselves. */
export const historyFormats = ["text", "markdown", "json", "bmf", "github"] as const;
export type HistoryFormat = (typeof historyFormats)[number];

/** @param picture path of the chart beside Markdown; absent: there is none. @param width of the terminal, for `text` */
export function formatHistory(
  history: History,
  format: HistoryFormat,
  { picture, width = Infinity }: { readonly picture?: string | undefined; readonly width?: number | undefined } = {},
): string {
  if (format === "text") return toPlain(documentOf(history), width);
  return format === "markdown" ? toMarkdown(documentOf(history), picture) : json(values[format](history));
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const values: Readonly<Record<Exclude<HistoryFormat, "text" | "markdown">, (history: History) => unknown>> = {
  json: ({ baseline, systems }) => ({ schema: "kalium-bench/history@1", baseline, systems }),
  /** Bencher Metric Format. */
  bmf: (history) =>
    Object.fromEntries(
      lastValues(history).map(({ name, ratio, interval }) => [
        name,
        { ratio: { value: ratio, ...(interval && { lower_value: interval.low, upper_value: interval.high }) } },
      ]),
    ),
  /** Input of github-action-benchmark, tool customSmallerIsBetter. */
  github: (history) =>
    lastValues(history).map(({ name, ratio, interval, text }) => ({
      name,
      unit: `x ${history.baseline}`,
      value: ratio,
      ...(interval && { range: `± ${((interval.high - interval.low) / 2).toPrecision(2)}` }),
      ...(text !== undefined && { extra: text }),
    })),
};

/** Of the last run: each comparison, and each system over all functions. */
function lastValues({ systems, latest }: History) {
  const cells = latest.flatMap(({ label, system, ratio, judgement }) =>
    ratio === undefined || judgement === undefined
      ? []
      : [{ name: `${label}/${system}`, ratio: ratio.ratio, interval: ratio.interval, text: judgement.text }],
  );
  const means = systems.flatMap(({ system, points }) => {
    const last = points.at(-1);
    return last === undefined
      ? []
      : [{ name: `geometric-mean/${system}`, ratio: last.ratio, interval: last.interval, text: last.judgement?.text }];
  });
  return [...means, ...cells];
}

function documentOf({ baseline, systems }: History): ReportDocument {
  return {
    title: "History",
    sections: systems.map(({ system, labels, points }) => ({
      title: systemTitle(system),
      paragraphs: [
        `Geometric mean of the ratios to ${systemTitle(baseline)} over ${labels.length} ` +
          `${labels.length === 1 ? "function" : "functions"} that all runs have. Each run is compared with all runs since ` +
          "the last change together; a change is significant over all systems and runs, beyond what days differ by, and at least 3 %.",
        changesText(points),
      ],
      table: {
        columns: columns("Run", "Started", ">Ratio [95 %]", "Against the level before", "Change"),
        rows: points.map(({ runId, startedAt, ratio, interval, judgement, change }) => [
          runId,
          startedAt,
          formatRatioWith(ratio, interval),
          judgement?.text ?? "",
          change ? "<-- change" : "",
        ]),
      },
    })),
  };
}

function changesText(points: readonly HistoryPoint[]): string {
  const changes = points.filter(({ change }) => change);
  if (changes.length === 0) return `No change in ${points.length} runs.`;
  return `Changes: ${changes.map(({ startedAt, judgement }) => `${startedAt}, ${judgement?.text ?? ""}`).join("; ")}.`;
}
