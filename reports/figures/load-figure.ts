/** Latency against the offered rate, a line per system, with the bound. Pure: a summary in, Vega-Lite out. */
import type { TopLevelSpec } from "vega-lite";
import { clientSystem } from "../records/load-record.ts";
import { quotedQuantiles } from "../records/load-step.ts";
import type { LoadSummary } from "../load/summary.ts";
import { loadTitle } from "../load/tables.ts";
import { quotable } from "../quotable.ts";
import { lineColours } from "./figure-order.ts";
import { figureFrame } from "./figure-frame.ts";

/** `undefined` where the profile is `smoke`. */
export function loadFigure({ record, cells }: LoadSummary): TopLevelSpec | undefined {
  if (!quotable(record)) return undefined;
  const { plan, label } = record;
  const tail = quotedQuantiles.indexOf(plan.quantile as (typeof quotedQuantiles)[number]);
  const tailName = `p${Number((100 * plan.quantile).toFixed(1))}`;
  const shown = cells.filter(({ system, blocks }) => system === clientSystem || blocks > 0);
  const points = shown.flatMap((cell) =>
    [...new Set([0, tail])].flatMap((at) => {
      const latencyNs = cell.latenciesNs[at];
      if (latencyNs === undefined) return [];
      const state = cell.saturated ? "saturated" : "completes the rate";
      const quantile = at === 0 ? "p50" : tailName;
      const { ratePerS } = cell;
      return [{ system: loadTitle(cell.system), quantile, ratePerS, latencyMs: latencyNs / 1e6, state }];
    }),
  );
  const names = [...new Set(shown.map(({ system }) => system))];
  const systems = names.filter((name) => name !== clientSystem);
  const colour = {
    domain: names.map(loadTitle),
    range: [...lineColours(systems), "#c4c4c4"].slice(0, names.length),
  };
  const rates = [...new Set(points.map(({ ratePerS }) => ratePerS))].sort((a, b) => a - b);
  const axis = { grid: true, gridColor: "#dddddd", gridWidth: 0.5, tickSize: 3 };
  const x = {
    field: "ratePerS",
    type: "quantitative",
    scale: { type: "log", nice: false, padding: 12 },
    axis: { ...axis, title: "offered rate, calls per second, logarithmic", values: rates.slice(0, 12) },
  };
  const y = {
    field: "latencyMs",
    type: "quantitative",
    scale: { type: "log" },
    axis: { ...axis, title: "latency from when a call was due, ms, logarithmic", format: "~r", tickCount: 6 },
  };
  const color = { field: "system", scale: colour, legend: { title: null, columns: 4, offset: 14 } }; // room for the bound at the top
  const dash = {
    domain: [tailName, "p50"],
    range: [[], [3, 2]],
  };
  const bound = `bound: ${tailName} within ${plan.boundMs} ms`;
  return {
    ...figureFrame(
      { description: `${label} under load: latency against offered rate`, caption: captionOf(record, tailName) },
      200,
    ),
    data: { values: points },
    layer: [
      {
        data: { values: [{ boundMs: plan.boundMs, text: bound }] },
        layer: [
          { mark: { type: "rule", color: "#000000", strokeWidth: 0.8 }, encoding: { y: { ...y, field: "boundMs" } } },
          {
            mark: { type: "text", align: "left", baseline: "bottom", dx: 3, dy: -1 },
            encoding: { x: { value: 0 }, y: { ...y, field: "boundMs" }, text: { field: "text" } },
          },
        ],
      },
      {
        mark: { type: "line", strokeWidth: 1.2, interpolate: "linear" },
        encoding: { x, y, color, strokeDash: { field: "quantile", scale: dash, legend: null } },
      },
      {
        mark: { type: "point", size: 26, strokeWidth: 1, filled: false, opacity: 1 },
        encoding: {
          x,
          y,
          color,
          shape: {
            field: "state",
            scale: { domain: ["completes the rate", "saturated"], range: ["circle", "cross"] },
            legend: null,
          },
        },
      },
    ],
  } as unknown as TopLevelSpec;
}

function captionOf({ label, plan, blocks }: LoadSummary["record"], tailName: string): string {
  return [
    `${label}, open loop, ${plan.arrivals} arrivals, ${plan.windowMs / 1e3} s per step and block, whole blocks: ${blocks.length},`,
    `at most ${plan.clients} calls in flight, replicas: ${plan.replicas}.`,
    `Solid: ${tailName}; dashed: p50 of right answers, from when a call was due, queueing in the client included. A ${tailName} is`,
    "quoted only from enough calls. Crosses: completes less than 95 % of the offered rate. Void steps are left out.",
  ].join(" ");
}
