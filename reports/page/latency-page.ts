/** `report.html`: the report of a run as a page to explore. */
import { figure8Data } from "../figures/figure-8-data.ts";
import { overlay } from "../figures/figure-8.ts";
import { explorePage } from "../formats/explore-page.ts";
import type { Comparison } from "../comparison.ts";
import type { Results } from "../records/store.ts";
import type { ReportDocument } from "../tables/document.ts";
import { explain } from "../why/explain.ts";
import { functionWhySections } from "../why/tables.ts";
import { chartFigure } from "./chart-figure.ts";
import { functionSections } from "./function-section.ts";
import { chartable, latencyChart } from "./latency-chart.ts";

export interface LatencyPage {
  readonly results: Results;
  readonly comparison: Comparison;
  /** Show the paper's values where they can be compared. */
  readonly published: boolean;
  /** The printed figure. */
  readonly svg: string;
}

export async function latencyPage(
  report: ReportDocument,
  { results, comparison, published, svg }: LatencyPage,
): Promise<string> {
  const { selected } = results.run;
  const about = (label: string | undefined): boolean => results.latency.some((record) => record.label === label);
  const ofFunctions = report.sections.filter(({ label }) => about(label));
  const document = { ...report, sections: report.sections.filter(({ label }) => !about(label)) };
  const chart = latencyChart(
    comparison,
    figure8Data(comparison, { published: published ? overlay(comparison) : [], selected }),
  );
  const functions = functionSections(results, comparison, [...ofFunctions, ...functionWhySections(explain(results))]);
  const figure = chartable(chart) ? await chartFigure(chart, { printed: svg, id: "figure-8" }) : ""; // the tables say why
  return explorePage(document, { figure, functions });
}
