/** The price of every system relative to the baseline, a group per metric. Pure. */
import type { TopLevelSpec } from "vega-lite";
import type { Comparison } from "../comparison.ts";
import { bandText } from "../price/chart.ts";
import type { PriceComparison } from "../price/compare-prices.ts";
import { drawnPrice, overFunctions } from "../price/relative.ts";
import { systemTitle } from "./figure-order.ts";
import { type RatioPoint, ratioPoints } from "./ratio-points.ts";

/** `undefined` where there is nothing to draw: no compared system, or the profile `smoke`. */
export function priceFigure(prices: PriceComparison, comparison: Comparison): TopLevelSpec | undefined {
  const price = drawnPrice(prices, comparison);
  if (price === undefined) return undefined;
  const { groups, systems, bands, functions } = price;
  const points = groups.flatMap(({ title: group, means }) =>
    systems.flatMap((system): RatioPoint[] => {
      const mean = means.get(system);
      return mean === undefined ? [] : [{ group, system, ratio: mean.ratio, interval: mean.interval }];
    }),
  );
  const baseline = comparison.baselines.map(systemTitle).join(", ");
  return ratioPoints(
    points,
    {
      description: `Price of each system relative to ${baseline}`,
      caption:
        `Price relative to ${baseline}, ${overFunctions(functions)}; whiskers: 95 % intervals over blocks of fresh sandboxes. ` +
        `${bands.length === 0 ? "" : `${bandText(baseline)} `}CPU per call and memory: of all that belongs to a call's ` +
        "sandboxes, as the kernel counts it. Bytes per call: received and sent by these sandboxes.",
      axis: `relative to ${baseline}`,
    },
    { groups: groups.map(({ title }) => title), bands, systems, heightPt: 150, pointSize: 34, tilted: false },
  );
}
