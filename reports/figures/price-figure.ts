/** The price of every system relative to the baseline, a group per metric, a point per system. Pure. */
import type { TopLevelSpec } from "vega-lite";
import type { Comparison } from "../comparison.ts";
import type { PriceComparison } from "../price/compare-prices.ts";
import { metrics } from "../price/metrics.ts";
import { comparedMetrics } from "../price/tables.ts";
import { formatRatioWith } from "../tables/numbers.ts";
import { quotable } from "../verdict-text.ts";
import { barSystems } from "./figure-8-data.ts";
import { systemColours, systemTitle } from "./figure-order.ts";
import { wrap } from "./font.ts";
import { figureConfig, figureWidthPt, fontSizePt } from "./style.ts";

const marginPt = 3;
/** Ratios that get a tick on the logarithmic axis. */
const ticks = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];

interface Point {
  readonly metric: string;
  readonly system: string;
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly description: string;
}

/** `undefined` where there is nothing to draw: no compared system, or the profile `smoke`. */
export function priceFigure({ means }: PriceComparison, comparison: Comparison): TopLevelSpec | undefined {
  const names = barSystems(comparison);
  const ofMetrics = [
    { title: "Latency", means: comparison.means },
    ...comparedMetrics.map((name) => ({ title: metrics[name].title, means: means.get(name) })),
  ];
  const points = ofMetrics.flatMap(({ title: metric, means: bySystem }) =>
    names.flatMap((name): Point[] => {
      const mean = bySystem?.get(name);
      if (mean === undefined) return [];
      const { ratio, interval } = mean;
      const system = systemTitle(name);
      const description = `${metric}, ${system}: ${formatRatioWith(ratio, interval)}`;
      return [{ metric, system, ratio, low: interval?.low ?? null, high: interval?.high ?? null, description }];
    }),
  );
  if (points.length === 0 || !comparison.cells.some(quotable)) return undefined;
  const [least, most] = [
    Math.min(...points.map(({ ratio, low }) => low ?? ratio)),
    Math.max(...points.map(({ ratio, high }) => high ?? ratio)),
  ];
  const baseline = comparison.baselines.map(systemTitle).join(", ");
  const titles = names.map(systemTitle);
  const y = {
    field: "ratio",
    type: "quantitative",
    scale: { type: "log", domain: [Math.min(0.5, least / 1.1), Math.max(2, most * 1.1)], nice: false },
    axis: { title: `relative to ${baseline}, logarithmic`, values: ticks, format: "~r" },
  };
  const slot = { field: "system", scale: { domain: titles, paddingInner: 0, paddingOuter: 0.3 } };
  const fill = { domain: titles, range: systemColours(names) };
  const functions = new Set(comparison.cells.map(({ label }) => label)).size;
  const over = functions === 1 ? "of one function" : `geometric means over ${functions} functions`;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: `Price of each system relative to ${baseline}`,
    width: figureWidthPt,
    height: 150,
    padding: marginPt,
    autosize: { type: "fit-x", contains: "padding" },
    background: "white",
    config: figureConfig,
    title: {
      text: wrap(
        `Price relative to ${baseline}, ${over}; whiskers: 95 % intervals over blocks of fresh sandboxes. CPU per call and ` +
          "memory: of all that belongs to a call's sandboxes, as the kernel counts it.",
        fontSizePt,
        figureWidthPt - 2 * marginPt,
      ),
      orient: "bottom",
      anchor: "start",
      frame: "bounds",
      offset: 6,
    },
    encoding: {
      x: {
        field: "metric",
        type: "nominal",
        scale: { domain: ofMetrics.map(({ title }) => title), paddingInner: 0.1, paddingOuter: 0.05 },
        axis: { title: null, labelAngle: 0 },
      },
    },
    layer: [
      {
        data: { values: [{}] },
        mark: { type: "rule", color: "#000000", strokeWidth: 0.8, strokeDash: [3, 2] },
        encoding: { x: null, y: { datum: 1, type: "quantitative" } },
      },
      {
        data: { values: points.filter(({ low }) => low !== null) },
        mark: { type: "rule", color: "#000000", strokeWidth: 0.8, aria: false },
        encoding: { xOffset: slot, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      {
        data: { values: points },
        mark: {
          type: "point",
          filled: true,
          shape: "circle",
          size: 34,
          stroke: "#222222",
          strokeWidth: 0.5,
          opacity: 1,
        },
        encoding: {
          xOffset: slot,
          y,
          fill: { field: "system", scale: fill, legend: { title: null } },
          description: { field: "description" },
        },
      },
    ],
  } as unknown as TopLevelSpec;
}
