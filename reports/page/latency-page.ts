/** `report.html`: the report of a run as a page to explore. */
import { figure8Data } from "../figures/figure-8-data.ts";
import { overlay } from "../figures/figure-8.ts";
import { renderSvg } from "../figures/render-figure.ts";
import { toHtml } from "../formats/html.ts";
import type { Comparison } from "../comparison.ts";
import type { Results } from "../records/store.ts";
import type { ReportDocument } from "../tables/document.ts";
import { explain } from "../why/explain.ts";
import { functionWhySections } from "../why/tables.ts";
import { chartData, chartable } from "./chart-data.ts";
import { chartFigure } from "./chart-figure.ts";
import { chartSpec } from "./chart-spec.ts";
import { functionSections } from "./function-section.ts";
import { pageScripts } from "./script.ts";

export interface LatencyPage {
  readonly results: Results;
  readonly comparison: Comparison;
  /** Show the paper's values where they can be compared. */
  readonly published: boolean;
  /** The printed figure. */
  readonly svg: string;
}

/** Of a phone, less its margins. */
const narrowWidthPx = 358;

export async function latencyPage(
  report: ReportDocument,
  { results, comparison, published, svg }: LatencyPage,
): Promise<string> {
  const { selected } = results.run;
  const about = (label: string | undefined): boolean => results.latency.some((record) => record.label === label);
  const ofFunctions = report.sections.filter(({ label }) => about(label));
  const document = { ...report, sections: report.sections.filter(({ label }) => !about(label)) };
  const data = chartData(
    comparison,
    figure8Data(comparison, { published: published ? overlay(comparison) : [], selected }),
  );
  const { page, vega } = await pageScripts();
  const functions = functionSections(results, comparison, [...ofFunctions, ...functionWhySections(explain(results))]);
  if (!chartable(data)) return toHtml(document, { figure: svg, functions, scripts: [page] });
  const narrow = await renderSvg(
    chartSpec(data, {
      widthPx: narrowWidthPx,
      narrow: true,
      systems: data.systems.map(({ title }) => title),
      values: "relative",
      scale: "linear",
      published: true,
      links: true,
      ink: "#111111",
      paper: "#ffffff",
      line: "#dddddd",
    }),
  );
  return toHtml(document, { figure: chartFigure(data, { wide: svg, narrow }), functions, scripts: [vega, page] });
}
