import { renderFigure } from "../figures/render-figure.ts";
import { explorePage } from "../formats/explore-page.ts";
import { toMarkdown } from "../formats/markdown.ts";
import { toCsv } from "../formats/to-csv.ts";
import { chartFigure } from "../page/chart-figure.ts";
import type { RunRecord } from "../records/record.ts";
import type { SystemCallRecord } from "../records/system-call-record.ts";
import type { ReportDocument } from "../tables/document.ts";
import { systemCallsChart } from "./chart.ts";
import { systemCallsFigure } from "./figure.ts";
import { type OperationCell, summariseSystemCalls } from "./summary.ts";
import { systemCallsTable, verdictOf } from "./tables.ts";

/** `system-calls.{svg,png,pdf,vl.json,csv,md,html}`; without a figure where nothing is compared. */
export async function systemCallFiles(
  record: SystemCallRecord,
  run: RunRecord,
): Promise<Readonly<Record<string, string | Uint8Array>>> {
  const cells = summariseSystemCalls(record);
  const spec = systemCallsFigure(cells, record);
  const drawn = spec && (await renderFigure(spec));
  const chart = systemCallsChart(cells, record);
  const document = documentOf(record, cells, run);
  return {
    ...(drawn && {
      "system-calls.svg": drawn.svg,
      "system-calls.png": drawn.png,
      "system-calls.pdf": drawn.pdf,
      "system-calls.vl.json": `${JSON.stringify(spec, null, 2)}\n`,
    }),
    "system-calls.csv": cellsToCsv(cells, record),
    "system-calls.md": toMarkdown(document, drawn && "system-calls.svg"),
    "system-calls.html": await explorePage(document, {
      ...(drawn && chart && { figure: await chartFigure(chart, { printed: drawn.svg, id: "system-calls" }) }),
    }),
  };
}

function documentOf(record: SystemCallRecord, cells: readonly OperationCell[], run: RunRecord): ReportDocument {
  const { blocks, seed } = record.plan;
  return {
    title: "System calls",
    sections: [
      {
        title: "Times",
        paragraphs: [
          "Each operation in a loop inside a function, through Node's bindings. Median: over blocks of the medians of their batches. " +
            "Ratio: of these medians, the geometric mean over blocks with a t interval; verdicts as for latency.",
        ],
        table: systemCallsTable(cells, record),
      },
      { title: "Run", paragraphs: [`Run ${run.runId}, started ${run.startedAt}; blocks: ${blocks}, seed: ${seed}.`] },
    ],
  };
}

const cellsToCsv = (cells: readonly OperationCell[], { baseline }: SystemCallRecord): string =>
  toCsv(
    cells.map((cell) => ({
      operation: cell.operation,
      system: cell.system,
      baseline,
      blocks: cell.blocks,
      median_ns: cell.medianNs,
      quartile_low_ns: cell.quartilesNs[0],
      quartile_high_ns: cell.quartilesNs[1],
      ratio: cell.ratio?.ratio,
      ratio_low: cell.ratio?.interval?.low,
      ratio_high: cell.ratio?.interval?.high,
      p_holm: cell.adjustedP,
      noise_floor_log: cell.noiseFloor,
      verdict: cell.judgement?.verdict,
      verdict_text: verdictOf(cell),
    })),
  );
