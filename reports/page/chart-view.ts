/** How a chart is looked at, and what all charts have alike: colours, the range of an axis, the frame. Pure. */
import type { Spec } from "vega";
import type { PageChart, ScaleName } from "./chart.ts";

export interface ChartView {
  readonly widthPx: number;
  /** Bars lie, their groups below each other; else they stand side by side. */
  readonly narrow: boolean;
  /** Titles of series that are switched on. */
  readonly series: readonly string[];
  /** Name of the measure; nothing to a chart of lines. */
  readonly measure: string;
  readonly scale: ScaleName;
  /** Of the other axis of lines. */
  readonly xScale: ScaleName;
  /** Names of layers that are switched on. */
  readonly layers: readonly string[];
  /** Without scripts bars are links; with them the page listens. */
  readonly links: boolean;
  readonly ink: string;
  readonly paper: string;
  readonly line: string;
}

/** As it is shown at first, on white paper. */
export const firstView = (chart: PageChart, { widthPx, narrow }: Pick<ChartView, "widthPx" | "narrow">): ChartView => ({
  ...{ widthPx, narrow, links: true, ink: "#111111", paper: "#ffffff", line: "#dddddd" },
  series: chart.series.map(({ title }) => title),
  measure: chart.kind === "bars" ? chart.measures[0].name : "",
  scale: chart.scales[0] ?? "linear",
  xScale: (chart.kind === "lines" ? chart.xScales[0] : undefined) ?? "linear",
  layers: chart.layers.filter(({ on }) => on).map(({ name }) => name),
});

export const inkOf = (colour: string, { ink }: ChartView): string => (colour === "ink" ? ink : colour);

interface Ends {
  readonly same?: number;
  readonly top?: { readonly least: number; readonly most: number };
}

/** Of an axis of values: from 0, or below it where values are, on a linear one. */
export function domainOf(values: readonly number[], scale: ScaleName, { same, top }: Ends = {}): [number, number] {
  const known = scale === "log" ? values.filter((value) => value > 0) : values;
  if (known.length === 0) return scale === "log" ? [0.5, 2] : [0, top?.least ?? 2];
  const ends = same === undefined ? known : [...known, same];
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  if (scale === "log") return [least / 1.15, most * 1.15];
  const high = Math.max(top?.least ?? 0, most * 1.05);
  return [Math.min(0, least * 1.05), Math.min(top?.most ?? Infinity, high === 0 ? 1 : high)];
}

export const labelled = (scale: ScaleName): string => (scale === "log" ? ", logarithmic" : "");

/** Of all text in charts: smaller ones are hard to read on a phone. */
export const textPx = 12.5;

/** Size, ink and padding of a chart of this width; the caller adds what is in it. */
export const frameOf = ({ ink, line, narrow }: ChartView, description: string) =>
  ({
    $schema: "https://vega.github.io/schema/vega/v6.json",
    description,
    padding: narrow ? { left: 4, right: 16, top: 4, bottom: 4 } : 5,
    autosize: "pad",
    background: "transparent",
    config: {
      axis: {
        labelColor: ink,
        titleColor: ink,
        domainColor: ink,
        tickColor: ink,
        gridColor: line,
        titleFontWeight: "normal",
        labelFontSize: textPx,
        titleFontSize: textPx,
      },
    },
  }) satisfies Spec;
