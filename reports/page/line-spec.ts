/** A chart of lines as a specification of Vega. Pure; it knows no document. */
import type { Axis, Mark, Scale, Spec } from "vega";
import type { ChartSeries, LineChart, LinePoint } from "./chart.ts";
import { fewTicks } from "./log-axis.ts";
import { type ChartView, domainOf, frameOf, inkOf, labelled, textPx } from "./chart-view.ts";

/** Marks of several series at one place stand so far apart, or their whiskers would cover each other. */
const apartPx = 4;

export function lineSpec(chart: LineChart, view: ChartView): Spec {
  const { narrow, widthPx } = view;
  const { bound } = chart;
  const shown = chart.series.filter(({ title }) => view.series.includes(title));
  const seriesOf = (title: string): ChartSeries | undefined => shown.find((series) => series.title === title);
  const isOn = ({ layer, series }: { readonly layer?: string; readonly series: string }): boolean =>
    seriesOf(series) !== undefined && (layer === undefined || view.layers.includes(layer));
  const visible = ({ x, y }: LinePoint): boolean =>
    (view.xScale === "linear" || x > 0) && (view.scale === "linear" || y > 0);
  const known = chart.points.filter((point) => isOn(point) && visible(point));
  const bands = chart.bands.filter(isOn);
  const whiskers = !chart.stepped && known.some(({ low }) => low !== undefined); // a step stands where it is
  const [bottom, top] = domainOf(
    [
      ...known.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]),
      ...bands.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high])),
      ...(bound === undefined ? [] : [bound.value]),
    ],
    view.scale,
  );
  const within = (number: number): number => Math.min(top, Math.max(bottom, number));
  const xs = [...known, ...bands.flatMap(({ points }) => points)].map(({ x }) => x);
  const points = known.map(({ low, high, lines, ...point }) => {
    const series = seriesOf(point.series);
    const place = shown.findIndex(({ title }) => title === point.series) - (shown.length - 1) / 2;
    return {
      ...{ ...point, layer: point.layer ?? "" },
      ...(low !== undefined && high !== undefined && { low: within(low), high: within(high) }),
      lines: lines ?? null,
      colour: inkOf(series?.colour ?? "ink", view),
      dash: series?.dash ?? chart.layers.find(({ name }) => name === point.layer)?.dash ?? [],
      apart: whiskers ? place * apartPx : 0,
      shape: point.cross === true ? "cross" : "circle",
    };
  });
  const heightPx = Math.min(460, Math.max(280, Math.round(widthPx * 0.3)));
  const plotPx = widthPx - (narrow ? 68 : 76);
  const ticks = chart.xTicks?.filter((x) => x <= Math.max(...xs));
  const scales: readonly Scale[] = [
    {
      ...{ name: "x", type: view.xScale, domain: acrossOf(xs, view.xScale), range: [0, plotPx], padding: 14 },
    },
    { name: "y", type: view.scale, domain: [bottom, top], range: [heightPx, 0] },
  ];
  return {
    ...frameOf(view, chart.alt),
    ...{ width: plotPx, height: heightPx },
    data: [
      { name: "vertices", values: points },
      { name: "told", values: points.filter(({ lines }) => lines !== null) },
      { name: "ranges", values: points.filter((point) => "low" in point) },
      {
        name: "bands",
        values: bands.flatMap(({ series, points: of }) =>
          of.map(({ x, low, high }) => ({
            ...{ series, x, low: within(low), high: within(high) },
            colour: inkOf(seriesOf(series)?.colour ?? "ink", view),
          })),
        ),
      },
    ],
    scales: [...scales],
    axes: axesOf(chart, view, { ticks, domain: [bottom, top] }),
    marks: [...marksOf(chart, view, { bands: bands.length > 0, plotPx })],
  };
}

function acrossOf(xs: readonly number[], scale: ChartView["xScale"]): [number, number] {
  const [least, most] = [Math.min(...xs), Math.max(...xs)];
  if (xs.length === 0) return [1, 10];
  if (scale === "linear") return [0, most];
  return least === most ? [least / 2, most * 2] : [least, most];
}

interface LineAxes {
  /** Of x. */
  readonly ticks: readonly number[] | undefined;
  /** Of y. */
  readonly domain: readonly [number, number];
}

function axesOf(chart: LineChart, view: ChartView, { ticks, domain }: LineAxes): Axis[] {
  const values = view.scale === "log" ? fewTicks(domain, 8) : [];
  const log = { format: "~g", labelOverlap: true, ...(values.length > 1 && { values: [...values] }) };
  return [
    {
      ...{ scale: "x", orient: "bottom", grid: true, title: chart.xTitle + labelled(view.xScale), labelOverlap: true },
      ...{ tickCount: view.narrow ? 5 : 10, format: "~g" },
      ...(ticks !== undefined && view.xScale === "log" && { values: [...ticks] }),
      ...(ticks?.every(Number.isInteger) && { tickMinStep: 1 }),
    },
    {
      ...{ scale: "y", orient: "left", grid: true, title: chart.yTitle + labelled(view.scale), titlePadding: 8 },
      ...{ tickCount: 6, ...(view.scale === "log" && log) },
    },
  ];
}

function marksOf(
  { stepped, bound }: LineChart,
  { ink, paper }: ChartView,
  { bands, plotPx }: { readonly bands: boolean; readonly plotPx: number },
): readonly Mark[] {
  const still = { interactive: false, aria: false } as const;
  const x = { scale: "x", field: "x", offset: { field: "apart" } };
  const y = (field: string): object => ({ scale: "y", field });
  const interpolate = { value: stepped ? "step-after" : "linear" };
  const facet = (data: string, groupby: string[]) => ({ facet: { name: `${data}-of`, data, groupby } });
  const line = (enter: object): Mark =>
    ({
      ...{ type: "line", ...still, from: { data: "vertices-of" } },
      encode: { enter: { x, y: y("y"), interpolate, strokeDash: { field: "dash" }, ...enter } },
    }) as Mark;
  const whisker = (colour: object, strokeWidth: number): Mark =>
    ({
      ...{ type: "rule", ...still, from: { data: "ranges" } },
      encode: { enter: { x, y: y("low"), y2: y("high"), stroke: colour, strokeWidth: { value: strokeWidth } } },
    }) as Mark;
  return [
    ...(bands
      ? [
          {
            ...{ type: "group", from: facet("bands", ["series"]) },
            marks: [
              {
                ...{ type: "area", ...still, from: { data: "bands-of" } },
                encode: {
                  enter: {
                    ...{ x: { scale: "x", field: "x" }, y: y("low"), y2: y("high"), interpolate },
                    ...{ fill: { field: "colour" }, fillOpacity: { value: 0.18 } },
                  },
                },
              },
            ],
          } as Mark,
        ]
      : []),
    ...(bound === undefined ? [] : boundMarks(bound, ink, plotPx)),
    {
      ...{ type: "group", from: facet("vertices", ["series", "layer"]) },
      marks: [
        // Beneath, so that pale and dark lines show on any paper.
        line({ stroke: { value: ink }, strokeWidth: { value: 3.4 }, strokeOpacity: { value: 0.45 } }),
        line({ stroke: { field: "colour" }, strokeWidth: { value: 2 } }),
      ],
    },
    whisker({ value: paper }, 3),
    whisker({ value: ink }, 1.2),
    {
      name: "points",
      type: "symbol",
      from: { data: "told" },
      encode: {
        enter: {
          ...{ x, y: y("y"), shape: { field: "shape" }, fill: { field: "colour" } },
          size: [{ test: "datum.shape === 'cross'", value: 90 }, { value: 56 }],
          ...{ stroke: { value: ink }, strokeWidth: { value: 0.8 } },
          description: { signal: "join(datum.lines, '. ')" },
        },
      },
    },
  ];
}

function boundMarks({ value, text }: NonNullable<LineChart["bound"]>, ink: string, plotPx: number): readonly Mark[] {
  const still = { interactive: false, aria: false } as const;
  const y = { scale: "y", value };
  return [
    {
      ...{ type: "rule", ...still },
      encode: { enter: { x: { value: 0 }, x2: { value: plotPx }, y, stroke: { value: ink } } },
    },
    {
      ...{ type: "text", ...still },
      encode: {
        enter: {
          ...{ x: { value: 4 }, y, dy: { value: -4 }, baseline: { value: "bottom" }, text: { value: text } },
          ...{ fill: { value: ink }, fontSize: { value: textPx } },
        },
      },
    },
  ];
}
