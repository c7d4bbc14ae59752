/**
 * Figure 8: latency relative to the baseline, a group of bars per function, a bar per system. Pure: records in,
 * Vega-Lite specification out.
 */
import type { TopLevelSpec } from "vega-lite";
import { type Comparison, compare } from "../comparison.ts";
import type { LatencyRecord } from "../record.ts";
import { caption } from "./caption.ts";
import { axisTop, barSystems, figure8Data } from "./figure-8-data.ts";
import { publishedSystems, systemColours, systemTitle } from "./figure-order.ts";
import { wrap } from "./font.ts";
import { figureConfig, figureWidthPt, fontSizePt } from "./style.ts";

const marginPt = 3;

export function figure8(records: readonly LatencyRecord[], comparison: Comparison = compare(records)): TopLevelSpec {
  const data = figure8Data(comparison);
  const { groups, systems, bars, gaps, bands } = data;
  const top = axisTop(bars);
  const baseline = comparison.baselines.map(systemTitle).join(", ") || "the baseline";
  const names = barSystems(comparison);
  const absent = publishedSystems.filter((system) => !names.includes(system)).map(systemTitle);
  const legend = [...systems, ...(absent.length === 0 ? [] : [`${absent.join(", ")}: not measured`])];
  const fill = { domain: legend, range: [...systemColours(names), "#ffffff"].slice(0, legend.length) };

  const cuts = bars.filter(({ cutLabel }) => cutLabel !== null);
  const legendOffset = 6 + 20 * new Set(cuts.map(({ labelLevel }) => labelLevel)).size;
  const slot = { field: "system", scale: { domain: systems, paddingInner: 0, paddingOuter: 0 } };
  const y = { field: "ratio", type: "quantitative", scale: { domain: [0, top], nice: false } };
  const upright = { type: "text", angle: 270, align: "left", baseline: "middle" };

  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: `Latency of ${groups.length} functions relative to ${baseline}`,
    width: figureWidthPt,
    height: 150,
    padding: marginPt,
    autosize: { type: "fit-x", contains: "padding" },
    background: "white",
    config: figureConfig,
    title: {
      text: wrap(caption(comparison, data), fontSizePt, figureWidthPt - 2 * marginPt),
      orient: "bottom",
      anchor: "start",
      frame: "bounds",
      offset: 6,
    },
    encoding: {
      x: {
        field: "function",
        type: "nominal",
        scale: { domain: groups, paddingInner: 0.16, paddingOuter: 0.08 },
        axis: { title: null, labelAngle: -38, labelLimit: 250, labelOverlap: false, zindex: 1 },
      },
    },
    layer: [
      {
        data: { values: gaps.filter(({ system }) => system === null) },
        mark: { type: "bar", color: "#f3f3f3" },
        encoding: { y: { datum: 0, type: "quantitative" }, y2: { datum: top } },
      },
      {
        data: { values: bars },
        mark: { type: "bar", clip: true, stroke: "#222222", strokeWidth: 0.4 },
        encoding: {
          xOffset: slot,
          y: { ...y, axis: { title: `Latency relative to ${baseline}`, tickCount: top <= 2 ? 4 : 5 } },
          fill: { field: "system", scale: fill, legend: { title: null, offset: legendOffset } },
        },
      },
      {
        data: { values: [{}] },
        mark: { type: "rule", color: "#000000", strokeWidth: 0.8 },
        encoding: {
          x: null,
          y: { datum: 1, type: "quantitative" },
          strokeDash: {
            datum: `${baseline} = 1`,
            scale: { range: [[3, 2]] },
            legend: { title: null, offset: legendOffset, symbolStrokeWidth: 0.8 },
          },
        },
      },
      {
        data: { values: bands },
        mark: { type: "bar", clip: true, color: "#555555", opacity: 0.3 },
        encoding: { y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      {
        data: { values: bars.filter(({ low }) => low !== null) },
        mark: { type: "rule", clip: true, color: "#000000", strokeWidth: 0.8 },
        encoding: { xOffset: slot, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      ...[0, 1].map((level) => ({
        data: { values: cuts.filter(({ labelLevel }) => labelLevel === level) },
        mark: { ...upright, dx: 3 + 20 * level },
        encoding: { xOffset: slot, y: { datum: top, type: "quantitative" }, text: { field: "cutLabel" } },
      })),
      {
        data: { values: gaps.filter(({ system }) => system === null) },
        mark: { ...upright, align: "center", color: "#555555" },
        encoding: { y: { datum: (1 + top) / 2, type: "quantitative" }, text: { field: "text" } },
      },
      {
        data: { values: gaps.filter(({ system, text }) => system !== null && text === "void") },
        mark: { ...upright, dx: 3, color: "#555555" },
        encoding: { xOffset: slot, y: { datum: 0, type: "quantitative" }, text: { field: "text" } },
      },
      {
        data: { values: gaps.filter(({ system, text }) => system !== null && text !== "void") },
        mark: { type: "text", dy: -5, color: "#555555" },
        encoding: { xOffset: slot, y: { datum: 0, type: "quantitative" }, text: { field: "text" } },
      },
    ],
  } as unknown as TopLevelSpec;
}
