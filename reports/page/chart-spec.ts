/**
 * The page's chart as a specification of Vega: what the browser draws again at every switch, and what is drawn once for
 * narrow screens without scripts. Pure; it knows no document.
 */
import type { Mark, Scale, Spec } from "vega";
import { axes, domainOf, type ChartView } from "./chart-axes.ts";
import type { ChartCell, ChartData } from "./chart-data.ts";

const slotPx = 12;
/** From the end of the axis to a cut bar's number: a published mark may lie between. */
const beyondMarkPx = 7;
/** Of a cut bar's number, on the side of narrow screens. */
const cutTextPx = 28;

export function chartSpec(data: ChartData, view: ChartView): Spec {
  const { narrow, widthPx, ink, paper, line } = view;
  const relative = view.values === "relative";
  const shown = data.systems.filter(({ title, baseline }) => view.systems.includes(title) && !(relative && baseline));
  const titles = shown.map(({ title }) => title);
  const known = data.cells.filter(({ system }) => titles.includes(system));
  const marks = relative && view.published ? data.published.filter(({ system }) => titles.includes(system)) : [];
  const bands = relative ? data.bands : [];
  const value = (cell: ChartCell): number | null => (relative ? cell.ratio : cell.medianMs);
  const [bottom, top] = domainOf(
    known.flatMap((cell) => [value(cell), ...(relative ? [cell.low, cell.high] : [])]),
    marks.map(({ ratio }) => ratio),
    view,
  );
  const within = (number: number): number => Math.min(top, Math.max(bottom, number));
  const cells = known.flatMap((cell) => {
    const drawn = value(cell);
    const colour = shown.find(({ title }) => title === cell.system)?.colour;
    const range = relative && cell.low !== null && cell.high !== null ? [within(cell.low), within(cell.high)] : [];
    const cut = drawn !== null && drawn > top ? drawn.toPrecision(3) : "";
    return { ...cell, drawn: drawn === null ? null : within(drawn), colour, from: range[0], to: range[1], cut };
  });
  // Along: the axis of values. Across: functions, with a slot per system.
  const [along, along2, across, length] = narrow ? ["x", "x2", "y", "height"] : ["y", "y2", "x", "width"];
  const place = (anchor: object = {}): object => ({
    scale: "functions",
    field: "function",
    offset: { scale: "slots", field: "system", ...anchor },
  });
  const middle = place({ band: 0.5 });
  const at = (field: string): object => ({ scale: "values", field });
  const heightPx = narrow
    ? data.functions.length * (Math.max(1, titles.length) * slotPx + 26)
    : Math.min(460, Math.max(300, Math.round(widthPx * 0.24)));
  const acrossSize = narrow ? heightPx : widthPx - 62;
  const narrowPx = widthPx - 24 - (cells.some(({ cut }) => cut !== "") ? cutTextPx : 0);
  const scales: readonly Scale[] = [
    {
      name: "functions",
      type: "band",
      domain: [...data.functions],
      range: [0, acrossSize],
      paddingInner: narrow ? 0 : 0.2,
      paddingOuter: narrow ? 0 : fewGroups(data.functions.length, acrossSize),
    },
    {
      name: "slots",
      type: "band",
      domain: titles,
      // The name of a function stands above its bars where these are horizontal.
      range: [{ signal: narrow ? "20" : "0" }, { signal: `bandwidth('functions')${narrow ? " - 6" : ""}` }],
      paddingInner: 0.12,
    },
    {
      name: "values",
      type: view.scale,
      domain: [bottom, top],
      range: narrow ? [0, narrowPx] : [heightPx, 0],
    },
  ];
  const text = { fill: { value: ink }, fontSize: { value: 11 } };
  const bar = (entries: object): object => ({ [across]: place(), [length]: { scale: "slots", band: 1 }, ...entries });
  const still = { interactive: false, aria: false } as const;
  const spec: readonly Mark[] = [
    ...(bands.length === 0
      ? []
      : [
          {
            type: "rect" as const,
            ...still,
            from: { data: "bands" },
            encode: {
              enter: {
                [across]: { scale: "functions", field: "function" },
                [length]: { scale: "functions", band: 1 },
                [along]: at("low"),
                [along2]: at("high"),
                fill: { value: ink },
                fillOpacity: { value: 0.12 },
              },
            },
          },
        ]),
    ...(relative
      ? [
          {
            type: "rule" as const,
            ...still,
            encode: {
              enter: {
                [along]: { scale: "values", value: 1 },
                [across]: { value: 0 },
                [`${across}2`]: { value: acrossSize },
                stroke: { value: ink },
                strokeDash: { value: [4, 3] },
              },
            },
          },
        ]
      : []),
    {
      name: "bars",
      type: view.scale === "linear" ? "rect" : "symbol",
      from: { data: "drawn" },
      encode: {
        enter: {
          ...(view.scale === "linear"
            ? bar({ [along]: at("drawn"), [along2]: { scale: "values", value: 0 } })
            : { [across]: middle, [along]: at("drawn"), size: { value: 70 } }),
          fill: { field: "colour" },
          fillOpacity: [{ test: "datum.pale", value: 0.35 }, { value: 1 }],
          stroke: { value: ink },
          strokeWidth: { value: 0.6 },
          cursor: { value: "pointer" },
          ...(view.links ? { href: { signal: "'#' + datum.anchor" } } : { ariaRole: { value: "link" } }),
          description: { signal: "join(datum.lines, '. ')" },
        },
      },
    },
    ...[paper, ink].map((colour, index) => ({
      type: "rule" as const,
      ...still,
      from: { data: "ranges" },
      encode: {
        enter: {
          [across]: middle,
          [along]: at("from"),
          [along2]: at("to"),
          stroke: { value: colour },
          strokeWidth: { value: index === 0 ? 3 : 1.2 },
        },
      },
    })),
    {
      type: "symbol",
      ...still,
      from: { data: "published" },
      encode: {
        enter: {
          [across]: middle,
          [along]: at("drawn"),
          shape: [{ test: "datum.cut", value: narrow ? "triangle-right" : "triangle-up" }, { value: "diamond" }],
          fill: { value: paper },
          stroke: { value: ink },
          size: { value: 42 },
        },
      },
    },
    {
      type: "text",
      ...still,
      from: { data: "gaps" },
      encode: {
        enter: {
          ...text,
          ...upright(narrow),
          [across]: middle,
          [along]: { scale: "values", value: bottom },
          text: { field: "gap" },
        },
      },
    },
    // Beyond the end of the axis: on a bar, whiskers and published marks would cross the digits.
    {
      type: "text",
      ...still,
      from: { data: "cuts" },
      encode: {
        enter: {
          ...text,
          ...upright(narrow),
          [across]: middle,
          [along]: { scale: "values", value: top },
          dx: { value: beyondMarkPx },
          text: { field: "cut" },
        },
      },
    },
    ...(narrow
      ? [
          {
            type: "text" as const,
            ...still,
            from: { data: "names" },
            encode: {
              enter: {
                ...text,
                x: { value: 0 },
                y: { scale: "functions", field: "data", offset: 15 },
                text: { field: "data" },
              },
            },
          },
        ]
      : []),
  ];
  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    description: `Latency of ${data.functions.length} functions ${relative ? `relative to ${data.baseline}` : "in milliseconds"}`,
    width: narrow ? narrowPx : acrossSize,
    height: heightPx,
    padding: narrow ? { left: 4, right: 16, top: 4, bottom: 4 } : 5,
    autosize: narrow ? "pad" : { type: "pad" },
    background: "transparent",
    config: {
      axis: {
        labelColor: ink,
        titleColor: ink,
        domainColor: ink,
        tickColor: ink,
        gridColor: line,
        titleFontWeight: "normal",
        labelFontSize: 11,
        titleFontSize: 11,
      },
    },
    data: [
      { name: "drawn", values: cells.filter(({ drawn }) => drawn !== null) },
      { name: "ranges", values: cells.filter(({ from }) => from !== undefined) },
      { name: "gaps", values: cells.filter(({ drawn, gap }) => drawn === null && gap !== null) },
      { name: "cuts", values: cells.filter(({ cut }) => cut !== "") },
      { name: "bands", values: bands.map((band) => ({ ...band, low: within(band.low), high: within(band.high) })) },
      { name: "published", values: marks.map((mark) => ({ ...mark, drawn: within(mark.ratio) })) },
      { name: "names", values: [...data.functions] },
    ],
    scales: [...scales],
    axes: axes(view, data.baseline),
    marks: [...spec],
  };
}

const upright = (narrow: boolean): object =>
  narrow
    ? { dx: { value: 3 }, baseline: { value: "middle" } }
    : { angle: { value: -90 }, dx: { value: 4 }, baseline: { value: "middle" } };

/** Space on both sides, in groups, so that the bars of a few functions do not become walls. */
const fewGroups = (functions: number, widthPx: number): number => Math.max(0.1, (widthPx / 160 - functions) / 2);
