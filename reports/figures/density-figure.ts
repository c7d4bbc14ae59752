/** Memory, or time to start, against the number of idle instances: a line per system. Pure: a summary in, Vega-Lite out. */
import type { TopLevelSpec } from "vega-lite";
import type { DensitySummary } from "../density/summary.ts";
import { quotable } from "../quotable.ts";
import { figureFrame } from "./figure-frame.ts";
import { inBarOrder, lineColours, systemTitle } from "./figure-order.ts";

/** `undefined` where there is nothing to draw: nobody could tell, or the profile `smoke`. */
export function densityFigure(
  { record, memory, starts }: DensitySummary,
  of: "memory" | "starts",
): TopLevelSpec | undefined {
  if (!quotable(record)) return undefined;
  const { label, plan } = record;
  const points = of === "memory" ? memory : starts;
  if (points.length === 0) return undefined;
  const systems = inBarOrder(points.map(({ system }) => system));
  const { lines, dashed } = densityLines(systems, record);
  const blocks = Math.max(...points.map((point) => point.blocks));
  const about =
    of === "memory"
      ? {
          description: `${label}: memory of idle instances against their number`,
          caption: `${label}, idle. Working sets of all instances together, everything in their control groups;`,
          axis: "working set of all instances, MB",
        }
      : {
          description: `${label}: start of the n-th idle instance`,
          caption: `${label}. From the creation of an instance to its first answer, the earlier ones being idle: medians of the starts after the number before;`,
          axis: "start, ms",
        };
  const axis = { grid: true, gridColor: "#dddddd", gridWidth: 0.5, tickSize: 3 };
  const most = Math.max(...points.map(({ instances }) => instances));
  const x = {
    field: "instances",
    type: "quantitative",
    scale: { domain: [0, most], nice: false, padding: 8 },
    axis: { ...axis, title: "idle instances", values: ticks(most), format: "d" },
  };
  const y = {
    field: "value",
    type: "quantitative",
    scale: { zero: true },
    axis: { ...axis, title: about.axis, tickCount: 6 },
  };
  const color = {
    field: "system",
    scale: { domain: systems.map(systemTitle), range: lines },
    legend: { title: null, columns: 4 },
  };
  const strokeDash = {
    field: "repeats",
    scale: { domain: [false, true], range: [[], [4, 3]] },
    legend: null,
  };
  const apart = 0.006 * most; // or whiskers would stand on each other
  const values = points.map(({ system, instances, value, interval }) => ({
    ...{ system: systemTitle(system), value: value / 1e6, repeats: dashed(system) },
    instances: instances + apart * (systems.indexOf(system) - (systems.length - 1) / 2),
    ...{ low: interval && interval.low / 1e6, high: interval && interval.high / 1e6 },
  }));
  return {
    ...figureFrame(
      {
        description: about.description,
        caption: `${about.caption} means over ${blocks} ${blocks === 1 ? "block" : "blocks"} of fresh sandboxes${
          points.some(({ interval }) => interval !== undefined) ? " with their 95 % intervals" : ""
        }; at most ${plan.instances} instances of a system at a time.`,
      },
      180,
    ),
    data: { values },
    layer: [
      { mark: { type: "line", strokeWidth: 1.2 }, encoding: { x, y, color, strokeDash } },
      {
        transform: [{ filter: "isValid(datum.low)" }],
        mark: { type: "rule", strokeWidth: 1 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
      },
      {
        mark: { type: "point", filled: true, size: 20, opacity: 1 },
        encoding: { x, y, color },
      },
    ],
  } as unknown as TopLevelSpec;
}

/** An A/A arm is a dashed line, paler than that of the system which it repeats. */
export function densityLines(
  systems: readonly string[],
  { systems: all }: Pick<DensitySummary["record"], "systems">,
): { readonly lines: readonly string[]; readonly dashed: (system: string) => boolean } {
  const dashed = (system: string): boolean => all.some(({ name, aaOf }) => name === system && aaOf !== undefined);
  const colours = lineColours(systems);
  return { dashed, lines: systems.map((system, at) => (dashed(system) ? controlColour : (colours[at] ?? "#777777"))) };
}

const controlColour = "#a6a6a6";

/** Powers of two, and the last number where it is far enough from them. */
function ticks(most: number): readonly number[] {
  const powers = Array.from({ length: Math.floor(Math.log2(most)) + 1 }, (_, power) => 2 ** power);
  return most > 1.2 * (powers.at(-1) ?? 1) ? [...powers, most] : powers;
}
