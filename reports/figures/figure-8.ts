/**
 * Figure 8: latency relative to the baseline, a group of bars per function, a bar per system. Pure: records in,
 * Vega-Lite specification out.
 */
import type { TopLevelSpec } from "vega-lite";
import { applicationOf, type Comparison, compare } from "../comparison.ts";
import type { LatencyRecord } from "../records/record.ts";
import { artifactBuilds } from "./artifact-builds.ts";
import { caption } from "./caption.ts";
import {
  comparable,
  comparePublished,
  type PublishedCell,
  seriesOf,
  withAbsentSeries,
} from "../published/compare-published.ts";
import { axisTop, barSystems, drawnSystems, figure8Data } from "./figure-8-data.ts";
import { systemColours, systemTitle } from "./figure-order.ts";
import { textWidthPt } from "./font.ts";
import { fontSizePt } from "./style.ts";
import { figureFrame } from "./figure-frame.ts";
import { type FigureFormat, figureFormats, legendColumns, legendWidthPt } from "./figure-format.ts";
import { publishedKinds, publishedLayer } from "./published-layer.ts";

const legendRowPt = 12;
/** Fewer groups than this are centred: the bars of one function would otherwise fill the figure. */
const widestGroups = 5;

/**
 * `published`: the paper's values are laid over the bars of the corresponding systems; `selected`: what was to be
 * measured; `cutOff`: how far an interrupted run came; `format`: where the figure is to stand.
 */
export function figure8(
  records: readonly LatencyRecord[],
  comparison: Comparison = compare(records),
  {
    published = true,
    selected,
    cutOff,
    format = figureFormats.print,
  }: {
    readonly published?: boolean;
    readonly selected?: readonly string[] | undefined;
    readonly cutOff?: string | undefined;
    readonly format?: FigureFormat;
  } = {},
): TopLevelSpec {
  const data = figure8Data(comparison, { published: published ? overlay(comparison) : [], selected });
  const { groups, slots, systems, bars, gaps, bands } = data;
  const top = axisTop(data);
  const baseline = comparison.baselines.map(systemTitle).join(", ") || "the baseline";
  const names = drawnSystems(comparison);
  const ofUser = applicationOf(comparison);
  const absent = (ofUser === undefined && barSystems(comparison).length > 0 ? withAbsentSeries(names) : [])
    .filter((system) => !names.includes(system))
    .map(systemTitle);
  const together = absent.length === 0 ? [] : [`${absent.join(", ")}: not measured`];
  const apart = absent.map((title) => `${title}: not measured`);
  const absentEntries = legendWidthPt(together) <= format.widthPt ? together : apart;
  const entries = [...systems, ...absentEntries];
  const fill = { domain: entries, range: [...systemColours(names), ...absentEntries.map(() => "#ffffff")] };

  const cuts = bars.filter(({ cutLabel }) => cutLabel !== null);
  const aboveLabels = 6 + 20 * new Set(cuts.map(({ labelLevel }) => labelLevel)).size;
  const overlaid = data.published.length > 0;
  const fits = legendWidthPt(entries) <= format.widthPt;
  const ownRow = overlaid || legendWidthPt([...entries, `${baseline} = 1`]) > format.widthPt;
  const stacked = overlaid && format.widthPt < legendWidthPt([`${baseline} = 1`, ...publishedKinds]);
  const ownRows = ownRow ? (stacked ? publishedKinds.length : 1) : 0;
  const legend = {
    title: null,
    offset: aboveLabels + ownRows * legendRowPt,
    ...(!fits && { columns: legendColumns(entries, format.widthPt) }),
  };
  const secondRow = (legendX: number): object =>
    ownRow
      ? {
          title: null,
          orient: "none",
          legendX,
          legendY: -aboveLabels - ownRows * legendRowPt + 3,
          ...(stacked && { columns: 1 }),
        }
      : legend;
  const slot = { field: "system", scale: { domain: slots, paddingInner: 0, paddingOuter: 0 } };
  const y = { field: "ratio", type: "quantitative", scale: { domain: [0, top], nice: false } };
  const whisker = (stroke: object): object => ({
    data: { values: bars.filter(({ low }) => low !== null) },
    mark: { type: "rule", clip: true, aria: false, ...stroke },
    encoding: { xOffset: slot, y: { ...y, field: "low" }, y2: { field: "high" } },
  });
  const empty = gaps.filter(({ system }) => system === null);
  const longestPt = Math.max(0, ...empty.map(({ text }) => textWidthPt(text, fontSizePt)));
  const aboveOne = longestPt + 6 <= format.heightPt * (1 - 1 / top);
  const reason = (stroke: object): object => ({
    data: { values: empty },
    mark: { ...upright, align: "center", color: "#555555", ...stroke },
    encoding: {
      y: { datum: aboveOne ? (1 + top) / 2 : top / 2, type: "quantitative" },
      text: { field: "text" },
    },
  });
  const upright = { type: "text", angle: 270, align: "left", baseline: "middle" };

  return {
    ...figureFrame(
      {
        description: `Latency of ${groups.length} functions${ofUser === undefined ? "" : ` of ${ofUser.name}`} relative to ${baseline}`,
        caption: format.captioned ? caption(comparison, data, { builds: artifactBuilds(records), cutOff }) : "",
      },
      format.heightPt,
      format.widthPt,
    ),
    encoding: {
      x: {
        field: "function",
        type: "nominal",
        scale: { domain: groups, paddingInner: 0.16, paddingOuter: Math.max(0.08, (widestGroups - groups.length) / 2) },
        axis: { title: null, labelAngle: format.labelAngle, labelLimit: 250, labelOverlap: false, zindex: 1 },
      },
    },
    layer: [
      {
        data: { values: empty },
        mark: { type: "bar", color: "#f3f3f3" },
        encoding: { y: { datum: 0, type: "quantitative" }, y2: { datum: top } },
      },
      {
        data: { values: bars },
        mark: { type: "bar", clip: true, stroke: "#222222", strokeWidth: 0.4 },
        encoding: {
          xOffset: slot,
          fillOpacity: { condition: { test: "datum.otherWork", value: 0.25 }, value: 1 },
          y: { ...y, axis: { title: `Latency relative to ${baseline}`, tickCount: top <= 2 ? 4 : 5 } },
          fill: { field: "system", scale: fill, legend },
          description: { field: "description" },
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
            legend: { ...secondRow(0), symbolStrokeWidth: 0.8 },
          },
        },
      },
      {
        // Cut here, not by clipping: the library behind the PNG aborts on what is mostly outside and half transparent.
        data: {
          values: bands.map((band) => ({ ...band, low: Math.min(band.low, top), high: Math.min(band.high, top) })),
        },
        mark: { type: "bar", color: "#555555", opacity: 0.3 },
        encoding: { y: { ...y, field: "low" }, y2: { field: "high" }, description: { field: "description" } },
      },
      whisker({ color: "#ffffff", strokeWidth: format.haloPt }),
      ...(overlaid ? [publishedLayer(data.published, { slot, y, legend: secondRow(70) })] : []),
      whisker({ color: "#000000", strokeWidth: 0.8 }),
      ...[0, 1].map((level) => ({
        data: { values: cuts.filter(({ labelLevel }) => labelLevel === level) },
        mark: { ...upright, dx: 3 + 20 * level },
        encoding: { xOffset: slot, y: { datum: top, type: "quantitative" }, text: { field: "cutLabel" } },
      })),
      {
        data: { values: bars.filter(({ otherWork }) => otherWork) },
        mark: { type: "text", text: "†", baseline: "bottom", dy: -1 },
        encoding: { xOffset: slot, y: { datum: 0, type: "quantitative" } },
      },
      ...(aboveOne ? [] : [reason({ stroke: "#f3f3f3", strokeWidth: 5 })]), // hides the line at 1 behind the words
      reason({}),
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

/** Only where a system of the paper was measured, relative to what the paper's ratios are relative to. */
export const overlay = (comparison: Comparison): readonly PublishedCell[] =>
  comparable(comparison) && barSystems(comparison).some((system) => seriesOf(system) !== undefined)
    ? comparePublished(comparison)
    : [];
