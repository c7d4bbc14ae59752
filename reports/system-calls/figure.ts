/** Operations of the operating system relative to the baseline, a group per operation. Pure. */
import type { TopLevelSpec } from "vega-lite";
import { inBarOrder, systemTitle } from "../figures/figure-order.ts";
import { type RatioPoint, ratioPoints } from "../figures/ratio-points.ts";
import type { SystemCallRecord } from "../records/system-call-record.ts";
import { type OperationCell, operationTitles } from "./summary.ts";

/** `undefined` where nothing is compared. */
export function systemCallsFigure(
  cells: readonly OperationCell[],
  { systems: all, baseline, plan }: SystemCallRecord,
): TopLevelSpec | undefined {
  if (plan.profile === "smoke") return undefined;
  const systems = inBarOrder(all.flatMap(({ name, aaOf }) => (name === baseline || aaOf !== undefined ? [] : [name])));
  const points = cells.flatMap(({ operation, system, ratio }): RatioPoint[] =>
    ratio === undefined || !systems.includes(system)
      ? []
      : [{ group: operationTitles[operation], system, ratio: ratio.ratio, interval: ratio.interval }],
  );
  const title = systemTitle(baseline);
  return ratioPoints(
    points,
    {
      description: `System calls relative to ${title}`,
      caption:
        `System calls inside a function, through Node's bindings, relative to ${title}; whiskers: 95 % intervals over ` +
        `${plan.blocks} blocks of fresh sandboxes.`,
      axis: `time relative to ${title}`,
    },
    { groups: Object.values(operationTitles), systems, heightPt: 170, pointSize: 26, tilted: true },
  );
}
