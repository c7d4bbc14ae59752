import { inBarOrder } from "../figures/figure-order.ts";
import { ratioPoints } from "../figures/ratio-points.ts";
import { renderFigure } from "../figures/render-figure.ts";
import { explorePage } from "../formats/explore-page.ts";
import { chartFigure } from "../page/chart-figure.ts";
import { comparisonChart } from "./chart.ts";
import type { RunsComparison } from "./compare-runs.ts";
import { type CompareFormat, comparisonDocument, formatComparison } from "./formats.ts";

/** @param width of the terminal, in characters, for `text` */
export const comparisonText = async (
  comparison: RunsComparison,
  format: CompareFormat,
  width?: number,
): Promise<string> => (format === "html" ? comparisonPage(comparison) : formatComparison(comparison, format, width));

/** A comparison as one page: B / A of every function with its interval, then the tables, which sort and filter. */
export async function comparisonPage(comparison: RunsComparison): Promise<string> {
  const { cells } = comparison;
  const groups = [...new Set(cells.map(({ label }) => label))];
  const spec = ratioPoints(
    cells.map(({ label, system, change }) => ({ group: label, system, ...change })),
    {
      description: `Latency of B relative to A in ${groups.length} functions`,
      caption: "Median latency of B relative to A; whiskers: 95 % intervals. Above 1, B is slower.",
      axis: "B / A",
    },
    { groups, systems: inBarOrder(cells.map(({ system }) => system)), heightPt: 150, pointSize: 26, tilted: true },
  );
  const chart = comparisonChart(comparison);
  return explorePage(comparisonDocument(comparison), {
    ...(spec !== undefined &&
      chart !== undefined && {
        figure: await chartFigure(chart, { printed: (await renderFigure(spec)).svg, id: "comparison" }),
      }),
  });
}
