/** A chart of bars as a specification of Vega. Pure; it knows no document. */
import type { Axis, Mark, Scale, Spec } from "vega";
import { type BarData, barData } from "./bar-data.ts";
import type { BarChart } from "./chart.ts";
import { fewTicks } from "./log-axis.ts";
import { type ChartView, frameOf, labelled, textPx } from "./chart-view.ts";

const slotPx = 13;
/** From the end of the axis to a cut bar's number: a mark may lie between. */
const beyondMarkPx = 7;
/** Of a cut bar's number, on the side of narrow screens. */
const cutTextPx = 31;
const nameHeightPx = 20;

export function barSpec(chart: BarChart, view: ChartView): Spec {
  const { narrow, widthPx } = view;
  const data = barData(chart, view);
  const { bars, gaps, bands, marks, slots, domain, measure } = data;
  const heightPx = narrow
    ? chart.groups.length * (Math.max(1, slots.length) * slotPx + 26)
    : Math.min(460, Math.max(300, Math.round(widthPx * 0.24)));
  const acrossPx = narrow ? heightPx : widthPx - 62;
  const narrowPx = widthPx - 24 - (bars.some(({ cut }) => cut !== "") ? cutTextPx : 0);
  const scales: readonly Scale[] = [
    {
      name: "groups",
      type: "band",
      domain: [...chart.groups],
      range: [0, acrossPx],
      paddingInner: narrow ? 0 : 0.2,
      paddingOuter: narrow ? 0 : fewGroups(chart.groups.length, acrossPx),
    },
    {
      name: "slots",
      type: "band",
      domain: [...slots],
      // The name of a group stands above its bars where these lie.
      range: [
        { signal: narrow ? String(nameHeightPx) : "0" },
        { signal: `bandwidth('groups')${narrow ? " - 6" : ""}` },
      ],
      paddingInner: 0.12,
    },
    {
      name: "values",
      type: view.scale,
      domain: [...domain],
      range: narrow ? [0, narrowPx] : [heightPx, 0],
    },
  ];
  return {
    ...frameOf(view, measure.alt),
    width: narrow ? narrowPx : acrossPx,
    height: heightPx,
    data: [
      { name: "drawn", values: [...bars] },
      { name: "ranges", values: [...bars, ...marks].filter((each) => "from" in each) },
      { name: "gaps", values: [...gaps] },
      { name: "cuts", values: bars.filter(({ cut }) => cut !== "") },
      { name: "bands", values: [...bands] },
      { name: "marks", values: marks.filter(({ lines }) => lines === undefined) },
      { name: "told", values: marks.filter(({ lines }) => lines !== undefined) },
      { name: "names", values: [...chart.groups] },
    ],
    scales: [...scales],
    axes: axesOf(view, { axis: measure.axis, domain, level: fitLevel(chart.groups, acrossPx) }),
    marks: [...marksOf(data, view, acrossPx)],
  };
}

interface BarAxes {
  readonly axis: string;
  readonly domain: BarData["domain"];
  /** Names of groups have room side by side. */
  readonly level: boolean;
}

function axesOf({ narrow, scale }: ChartView, { axis, domain, level }: BarAxes): Axis[] {
  const ticks = scale === "log" ? fewTicks(domain, narrow ? 5 : 8) : [];
  const shared = {
    ...{ scale: "values", grid: true, title: axis + labelled(scale), tickCount: narrow ? 4 : 6 },
    ...(scale === "log" && { format: "~g", labelOverlap: true, ...(ticks.length > 1 && { values: [...ticks] }) }),
  } as const;
  return narrow
    ? [
        { ...shared, orient: "top" },
        { ...shared, orient: "bottom", grid: false },
      ]
    : [
        { ...shared, orient: "left", titlePadding: 8 },
        {
          ...{ scale: "groups", orient: "bottom", labelLimit: 250, zindex: 1 },
          ...(level ? {} : { labelAngle: -35, labelAlign: "right", labelBaseline: "middle" }),
        },
      ];
}

/** Along: the axis of values. Across: groups, with a slot per series. */
function marksOf(
  { measure, domain, marks }: BarData,
  { narrow, scale, links, ink, paper }: ChartView,
  acrossPx: number,
) {
  const [along, along2, across, length] = narrow ? ["x", "x2", "y", "height"] : ["y", "y2", "x", "width"];
  const place = (anchor: object = {}): object => ({
    scale: "groups",
    field: "group",
    offset: { scale: "slots", field: "slot", ...anchor },
  });
  const middle = place({ band: 0.5 });
  const at = (field: string): object => ({ scale: "values", field });
  const still = { interactive: false, aria: false } as const;
  const mark = (type: Mark["type"], data: string, enter: object): Mark =>
    ({ type, ...still, from: { data }, encode: { enter } }) as Mark;
  const text = { fill: { value: ink }, fontSize: { value: textPx }, ...(narrow ? lying : upright), [across]: middle };
  const told = { signal: "join(datum.lines, '. ')" };
  const symbol = {
    ...{ [across]: middle, [along]: at("drawn"), size: { value: 42 } },
    shape: [{ test: "datum.shape === 'cut'", value: narrow ? "triangle-right" : "triangle-up" }, { field: "shape" }],
    ...{ fill: { value: paper }, stroke: { value: ink } },
  };
  const drawn: Mark[] = [
    mark("rect", "bands", {
      [across]: { scale: "groups", field: "group" },
      [length]: { scale: "groups", band: 1 },
      ...{ [along]: at("low"), [along2]: at("high"), fill: { value: ink }, fillOpacity: { value: 0.12 } },
    }),
    {
      name: "bars",
      type: scale === "linear" ? "rect" : "symbol",
      from: { data: "drawn" },
      encode: {
        enter: {
          ...(scale === "linear"
            ? {
                ...{ [across]: place(), [length]: { scale: "slots", band: 1 } },
                ...{ [along]: at("drawn"), [along2]: at("base") },
              }
            : { [across]: middle, [along]: at("drawn"), size: { value: 70 } }),
          fill: { field: "colour" },
          fillOpacity: [{ test: "datum.pale", value: 0.35 }, { value: 1 }],
          stroke: { value: ink },
          strokeWidth: { value: 0.6 },
          cursor: [{ test: "datum.anchor", value: "pointer" }, { value: "default" }],
          ...(links
            ? { href: [{ test: "datum.anchor", signal: "'#' + datum.anchor" }, { value: null }] }
            : { ariaRole: [{ test: "datum.anchor", value: "link" }, { value: "graphics-symbol" }] }),
          description: told,
        },
      },
    },
    ...[paper, ink].map((colour, index) =>
      mark("rule", "ranges", {
        ...{ [across]: middle, [along]: at("from"), [along2]: at("to") },
        ...{ stroke: { value: colour }, strokeWidth: { value: index === 0 ? 3 : 1.2 } },
      }),
    ),
    mark("symbol", "marks", symbol),
    ...(marks.some(({ lines }) => lines !== undefined)
      ? [
          {
            ...{ name: "points", type: "symbol" as const, from: { data: "told" } },
            encode: { enter: { ...symbol, description: told } },
          },
        ]
      : []),
    mark("text", "gaps", { ...text, [along]: { scale: "values", value: domain[0] }, text: { field: "gap" } }),
    // Beyond the end of the axis: on a bar, whiskers and marks would cross the digits.
    mark("text", "cuts", {
      ...{ ...text, [along]: { scale: "values", value: domain[1] }, dx: { value: beyondMarkPx } },
      text: { field: "cut" },
    }),
  ];
  const same: Mark = {
    ...{ type: "rule", ...still },
    encode: {
      enter: {
        ...{ [along]: { scale: "values", value: measure.same }, [across]: { value: 0 } },
        ...{ [`${across}2`]: { value: acrossPx }, stroke: { value: ink }, strokeDash: { value: [4, 3] } },
      },
    },
  };
  const names = mark("text", "names", {
    ...{ fill: { value: ink }, fontSize: { value: textPx }, x: { value: 0 } },
    ...{ y: { scale: "groups", field: "data", offset: 15 }, text: { field: "data" } },
  });
  return [...(measure.same === undefined ? [] : [same]), ...drawn, ...(narrow ? [names] : [])];
}

/** By the width of an average letter: it may be a little less than there is room for. */
const fitLevel = (groups: readonly string[], acrossPx: number): boolean =>
  Math.max(...groups.map(({ length }) => length)) * 0.58 * textPx + 12 < acrossPx / groups.length;

const lying = { dx: { value: 3 }, baseline: { value: "middle" } };
const upright = { angle: { value: -90 }, dx: { value: 4 }, baseline: { value: "middle" } };

/** Space on both sides, in groups, so that the bars of a few groups do not become walls. */
const fewGroups = (groups: number, widthPx: number): number => Math.max(0.1, (widthPx / 160 - groups) / 2);
