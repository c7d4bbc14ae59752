/** What is drawn from density records. The same records give the same bytes. */
import { densityFigure } from "../figures/density-figure.ts";
import { renderFigure } from "../figures/render-figure.ts";
import { explorePage } from "../formats/explore-page.ts";
import { toMarkdown } from "../formats/markdown.ts";
import { chartFigure } from "../page/chart-figure.ts";
import type { DensityRecord } from "../records/density-record.ts";
import type { RunRecord } from "../records/record.ts";
import type { Section } from "../tables/document.ts";
import { densityChart } from "./chart.ts";
import { densityToCsv, densityToJson, densityToJunit } from "./formats.ts";
import { type DensitySummary, summariseDensity } from "./summary.ts";
import { densityMetricsTable, densityTable, endedTexts } from "./tables.ts";

type Drawn = Pick<Section, "picture" | "explore">;

export interface RenderedDensity {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly sections: readonly Section[];
}

/**
 * `density.{md,html,csv,json,junit.xml}` for all functions, and for each `density.<label>.{svg,png,pdf,vl.json}` of memory
 * and `density.<label>.start.*` of starts, where there is something to draw.
 */
export async function renderDensity(records: readonly DensityRecord[], run: RunRecord): Promise<RenderedDensity> {
  if (records.length === 0) return { files: {}, sections: [] };
  const summaries = summariseDensity(records);
  const pictures: Record<string, string | Uint8Array> = {};
  const draw = async (summary: DensitySummary, of: "memory" | "starts"): Promise<Drawn> => {
    const spec = densityFigure(summary, of);
    const drawn = densityChart(summary, of);
    if (spec === undefined || drawn === undefined) return {};
    const name = `density.${summary.record.label}${of === "memory" ? "" : ".start"}`;
    const { svg, png, pdf } = await renderFigure(spec);
    Object.assign(pictures, { [`${name}.svg`]: svg, [`${name}.png`]: png, [`${name}.pdf`]: pdf });
    pictures[`${name}.vl.json`] = `${JSON.stringify(spec, null, 2)}\n`;
    const explore = await chartFigure(drawn.chart, { printed: svg, id: name, table: drawn.table });
    return { picture: { file: `${name}.svg`, svg }, explore };
  };
  const sections: Section[] = [];
  for (const summary of summaries) {
    const [memory, starts] = [await draw(summary, "memory"), await draw(summary, "starts")];
    sections.push(...sectionsOf(summary, { memory, starts }));
  }
  const began = `Run ${run.runId}, started ${run.startedAt}: ${run.outcome}.`;
  const document = { title: "Density", sections: [...sections, { title: "Run", paragraphs: [began] }] };
  return {
    files: {
      ...pictures,
      "density.md": toMarkdown(document),
      "density.html": await explorePage(document),
      "density.csv": densityToCsv(summaries),
      "density.json": densityToJson(summaries),
      "density.junit.xml": densityToJunit(summaries),
    },
    sections,
  };
}

function sectionsOf(
  summary: DensitySummary,
  { memory, starts }: { readonly memory: Drawn; readonly starts: Drawn },
): readonly Section[] {
  const { label, voids, plan } = summary.record;
  return [
    {
      title: `Density of ${label}`,
      ...memory,
      paragraphs: [
        `Idle instances, started one after the other, at most ${plan.instances} of a system at a time. Memory per instance: what ` +
          "one more adds to the working sets of all (least squares over 1, 2, 4, 8 and so on), everything in their control " +
          "groups; mean over blocks with half of its 95 % interval. Fit in 1 GB: 10^9 bytes by that.",
        ...endedTexts(summary),
        ...voids.map(({ system = "all systems", block, reason }) => `Void, ${system}, block ${block}: ${reason}`),
      ],
      table: densityTable(summary),
    },
    {
      title: `Density of ${label}: every metric`,
      ...starts,
      paragraphs: [
        "Start: from the creation of an instance to its first answer. MemAvailable: what the whole machine has less, with all " +
          "else that runs on it; a second source, which says nothing on a busy machine. Verdicts as for latency, by block.",
      ],
      table: densityMetricsTable(summary),
    },
  ];
}
