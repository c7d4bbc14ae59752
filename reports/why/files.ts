import { systemTitle } from "../figures/figure-order.ts";
import { renderFigure } from "../figures/render-figure.ts";
import { explorePage } from "../formats/explore-page.ts";
import { toMarkdown } from "../formats/markdown.ts";
import { toCsv } from "../formats/to-csv.ts";
import { chartFigure } from "../page/chart-figure.ts";
import { quotable, smokeText } from "../quotable.ts";
import type { Results } from "../records/store.ts";
import type { ReportDocument, Section } from "../tables/document.ts";
import { whyChart } from "./chart.ts";
import { explain, type LatencyExplanation } from "./explain.ts";
import { whyFigure } from "./figure.ts";
import { barParts, whyFindings, whyTable } from "./tables.ts";
import { sourceSections, sourcesToCsv } from "./two-sources.ts";

/** `why.{md,html,csv}`, `why.counts.csv` where a sandbox counted, too, and for each system with numbers `why.<system>.{svg,png,pdf,vl.json}`; nothing where nothing is explained. */
export async function whyFiles(results: Results): Promise<Readonly<Record<string, string | Uint8Array>>> {
  const explanations = explain(results);
  if (explanations.length === 0) return {};
  const files: Record<string, string | Uint8Array> = {};
  const pictures: Section[] = [];
  for (const [system, own] of Map.groupBy(explanations.filter(quotable), (one) => one.system)) {
    const blocks = results.systemCalls?.plan.blocks ?? 0;
    const [spec, chart] = [whyFigure(own, { blocks }), whyChart(own, { blocks })];
    if (spec === undefined || chart === undefined) continue;
    const { svg, png, pdf } = await renderFigure(spec);
    const name = `why.${system}`;
    files[`${name}.svg`] = svg;
    files[`${name}.png`] = png;
    files[`${name}.pdf`] = pdf;
    files[`${name}.vl.json`] = `${JSON.stringify(spec, null, 2)}\n`;
    const explore = await chartFigure(chart, { printed: svg, id: name });
    pictures.push({ title: systemTitle(system), picture: { file: `${name}.svg`, svg }, explore });
  }
  const document: ReportDocument = {
    title: "Why",
    lead: explanations.some(quotable) ? whyFindings(explanations) : [smokeText],
    sections: [
      {
        title: "System calls and latency",
        paragraphs: [
          "Difference: of the median latencies, mean over blocks. Parts: the system calls of an average invocation, counted by strace, " +
            "times what such a call takes more under the system than under the reference. Explained: the parts' sum, as a share of the difference. Unexplained: the rest.",
        ],
        table: whyTable(explanations),
      },
      ...pictures,
      ...sourceSections(results.callCounts ?? [], results.latency),
      { title: "Run", paragraphs: [`Run ${results.run.runId}, started ${results.run.startedAt}.`] },
    ],
  };
  const counted = sourcesToCsv(results.callCounts ?? []);
  return {
    ...files,
    "why.csv": toRows(explanations),
    ...(counted !== undefined && { "why.counts.csv": counted }),
    "why.md": toMarkdown(document),
    "why.html": await explorePage(document),
  };
}

const toRows = (explanations: readonly LatencyExplanation[]): string =>
  toCsv(
    explanations.map((one) => ({
      function: one.label,
      system: one.system,
      reference: one.reference,
      calls: one.calls,
      difference_ns: one.measured.ns,
      difference_low_ns: one.measured.interval?.low,
      difference_high_ns: one.measured.interval?.high,
      ...Object.fromEntries(barParts.map((part) => [`${part.replace(" ", "_")}_ns`, one.parts[part].ns])),
      explained_ns: one.explained.ns,
      explained_low_ns: one.explained.interval?.low,
      explained_high_ns: one.explained.interval?.high,
      unexplained_ns: one.unexplained.ns,
      unexplained_low_ns: one.unexplained.interval?.low,
      unexplained_high_ns: one.unexplained.interval?.high,
      explained_share: one.share,
    })),
  );
