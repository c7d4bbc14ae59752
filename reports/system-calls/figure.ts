/** Operations of the operating system relative to the baseline: a group per operation, a point per system. Pure. */
import type { TopLevelSpec } from "vega-lite";
import { inBarOrder, systemColours, systemTitle } from "../figures/figure-order.ts";
import { wrap } from "../figures/font.ts";
import { figureConfig, figureWidthPt, fontSizePt } from "../figures/style.ts";
import type { SystemCallRecord } from "../records/system-call-record.ts";
import { formatRatioWith } from "../tables/numbers.ts";
import { type OperationCell, operationTitles } from "./summary.ts";

const marginPt = 3;
const ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** `undefined` where nothing is compared. */
export function systemCallsFigure(
  cells: readonly OperationCell[],
  { systems, baseline, plan }: SystemCallRecord,
): TopLevelSpec | undefined {
  const compared = inBarOrder(
    systems.flatMap(({ name, aaOf }) => (name === baseline || aaOf !== undefined ? [] : [name])),
  );
  const points = cells.flatMap(({ operation, system, ratio }) => {
    if (ratio === undefined || !compared.includes(system)) return [];
    const { low, high } = ratio.interval ?? { low: null, high: null };
    const [title, place] = [systemTitle(system), operationTitles[operation]];
    const description = `${place}, ${title}: ${formatRatioWith(ratio.ratio, ratio.interval)}`;
    return [{ operation: place, system: title, ratio: ratio.ratio, low, high, description }];
  });
  if (points.length === 0 || plan.profile === "smoke") return undefined;
  const ends = points.flatMap(({ ratio, low, high }) => [low ?? ratio, high ?? ratio]);
  const titles = compared.map(systemTitle);
  const y = {
    field: "ratio",
    type: "quantitative",
    scale: { type: "log", domain: [Math.min(0.5, ...ends) / 1.1, Math.max(2, ...ends) * 1.1], nice: false },
    axis: { title: `time relative to ${systemTitle(baseline)}, logarithmic`, values: ticks, format: "~r" },
  };
  const slot = { field: "system", scale: { domain: titles, paddingInner: 0, paddingOuter: 0.3 } };
  const text =
    `System calls inside a function, through Node's bindings, relative to ${systemTitle(baseline)}; whiskers: 95 % intervals over ` +
    `${plan.blocks} blocks of fresh sandboxes.`;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: `System calls relative to ${systemTitle(baseline)}`,
    width: figureWidthPt,
    height: 170,
    padding: marginPt,
    autosize: { type: "fit-x", contains: "padding" },
    background: "white",
    config: figureConfig,
    title: {
      text: wrap(text, fontSizePt, figureWidthPt - 2 * marginPt),
      orient: "bottom",
      anchor: "start",
      frame: "bounds",
      offset: 6,
    },
    encoding: {
      x: {
        field: "operation",
        type: "nominal",
        scale: { domain: Object.values(operationTitles), paddingInner: 0.1, paddingOuter: 0.05 },
        axis: { title: null, labelAngle: -38, labelLimit: 250, labelOverlap: false },
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
          size: 26,
          stroke: "#222222",
          strokeWidth: 0.5,
          opacity: 1,
        },
        encoding: {
          xOffset: slot,
          y,
          fill: {
            field: "system",
            scale: { domain: titles, range: systemColours(compared) },
            legend: { title: null },
          },
          description: { field: "description" },
        },
      },
    ],
  } as unknown as TopLevelSpec;
}
