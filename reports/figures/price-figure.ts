/** The price of every system relative to the baseline, a group per metric. Pure. */
import type { TopLevelSpec } from "vega-lite";
import type { Comparison } from "../comparison.ts";
import type { PriceComparison } from "../price/compare-prices.ts";
import { metrics } from "../price/metrics.ts";
import { comparedMetrics } from "../price/tables.ts";
import { quotable } from "../quotable.ts";
import { barSystems } from "./figure-8-data.ts";
import { systemTitle } from "./figure-order.ts";
import { type RatioPoint, ratioPoints } from "./ratio-points.ts";

/** `undefined` where there is nothing to draw: no compared system, or the profile `smoke`. */
export function priceFigure({ means }: PriceComparison, comparison: Comparison): TopLevelSpec | undefined {
  if (!comparison.cells.some(quotable)) return undefined;
  const systems = barSystems(comparison);
  const ofMetrics = [
    { title: "Latency", means: comparison.means },
    ...comparedMetrics.map((name) => ({ title: metrics[name].title, means: means.get(name) })),
  ];
  const points = ofMetrics.flatMap(({ title: group, means: bySystem }) =>
    systems.flatMap((system): RatioPoint[] => {
      const mean = bySystem?.get(system);
      return mean === undefined ? [] : [{ group, system, ratio: mean.ratio, interval: mean.interval }];
    }),
  );
  const baseline = comparison.baselines.map(systemTitle).join(", ");
  const functions = new Set(comparison.cells.map(({ label }) => label)).size;
  const over = functions === 1 ? "of one function" : `geometric means over ${functions} functions`;
  return ratioPoints(
    points,
    {
      description: `Price of each system relative to ${baseline}`,
      caption:
        `Price relative to ${baseline}, ${over}; whiskers: 95 % intervals over blocks of fresh sandboxes. CPU per call and ` +
        "memory: of all that belongs to a call's sandboxes, as the kernel counts it.",
      axis: `relative to ${baseline}`,
    },
    { groups: ofMetrics.map(({ title }) => title), systems, heightPt: 150, pointSize: 34, tilted: false },
  );
}
