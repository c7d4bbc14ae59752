/** Ratios to a baseline on a logarithmic axis: a group per thing that was measured, a point per system. Pure. */
import type { TopLevelSpec } from "vega-lite";
import { formatRatioWith } from "../tables/numbers.ts";
import { figureFrame } from "./figure-frame.ts";
import { systemColours, systemTitle } from "./figure-order.ts";

export interface RatioPoint {
  readonly group: string;
  /** Its name, not its title. */
  readonly system: string;
  readonly ratio: number;
  /** 95 %. */
  readonly interval: { readonly low: number; readonly high: number } | undefined;
}

export interface RatioPointsText {
  readonly description: string;
  readonly caption: string;
  /** Of the axis, before `, logarithmic`. */
  readonly axis: string;
}

export interface RatioPointsLayout {
  /** All groups in order, also those without points. */
  readonly groups: readonly string[];
  /** Behind the points of a group: how far the baseline was from itself. */
  readonly bands?: readonly { readonly group: string; readonly low: number; readonly high: number }[];
  /** Names of all systems, in the order of their points. */
  readonly systems: readonly string[];
  readonly heightPt: number;
  /** Area of a point, square points. */
  readonly pointSize: number;
  /** Group names are at an angle: they are longer than their groups are wide. */
  readonly tilted: boolean;
}

const ticks = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** `undefined` without points. */
export function ratioPoints(
  points: readonly RatioPoint[],
  text: RatioPointsText,
  { groups, bands = [], systems, heightPt, pointSize, tilted }: RatioPointsLayout,
): TopLevelSpec | undefined {
  if (points.length === 0) return undefined;
  const values = points.map(({ group, system, ratio, interval }) => {
    const title = systemTitle(system);
    const description = `${group}, ${title}: ${formatRatioWith(ratio, interval)}`;
    return { group, system: title, ratio, low: interval?.low ?? null, high: interval?.high ?? null, description };
  });
  const ends = [...values, ...bands.map((band) => ({ ratio: 1, ...band }))].flatMap(({ ratio, low, high }) => [
    low ?? ratio,
    high ?? ratio,
  ]);
  const titles = systems.map(systemTitle);
  const y = {
    field: "ratio",
    type: "quantitative",
    scale: {
      type: "log",
      domain: [Math.min(0.5, Math.min(...ends) / 1.1), Math.max(2, Math.max(...ends) * 1.1)],
      nice: false,
    },
    axis: { title: `${text.axis}, logarithmic`, values: ticks, format: "~r" },
  };
  const slot = { field: "system", scale: { domain: titles, paddingInner: 0, paddingOuter: 0.3 } };
  const fill = { domain: titles, range: systemColours(systems) };
  return {
    ...figureFrame(text, heightPt),
    encoding: {
      x: {
        field: "group",
        type: "nominal",
        scale: { domain: groups, paddingInner: 0.1, paddingOuter: 0.05 },
        axis: tilted
          ? { title: null, labelAngle: -38, labelLimit: 250, labelOverlap: false }
          : { title: null, labelAngle: 0 },
      },
    },
    layer: [
      ...(bands.length === 0
        ? []
        : [
            {
              data: { values: bands },
              mark: { type: "bar", color: "#000000", opacity: 0.12, width: { band: 1 }, aria: false },
              encoding: { y: { ...y, field: "low" }, y2: { field: "high" } },
            },
          ]),
      {
        data: { values: [{}] },
        mark: { type: "rule", color: "#000000", strokeWidth: 0.8, strokeDash: [3, 2] },
        encoding: { x: null, y: { datum: 1, type: "quantitative" } },
      },
      {
        data: { values: values.filter(({ low }) => low !== null) },
        mark: { type: "rule", color: "#000000", strokeWidth: 0.8, aria: false },
        encoding: { xOffset: slot, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      {
        data: { values },
        mark: {
          ...{ type: "point", filled: true, shape: "circle", size: pointSize, opacity: 1 },
          ...{ stroke: "#222222", strokeWidth: 0.5 },
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
