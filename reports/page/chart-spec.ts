/** A chart as a specification of Vega: what the browser draws at every switch, and what is drawn once without scripts. */
import type { Spec } from "vega";
import { barSpec } from "./bar-spec.ts";
import type { PageChart } from "./chart.ts";
import type { ChartView } from "./chart-view.ts";
import { lineSpec } from "./line-spec.ts";

export const chartSpec = (chart: PageChart, view: ChartView): Spec =>
  chart.kind === "bars" ? barSpec(chart, view) : lineSpec(chart, view);
