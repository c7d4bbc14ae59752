/** A figure that readers explore: drawn by Vega, which the page holds, at every switch and every change of width. */
import type * as Vega from "vega";
import type { PageChart, ScaleName } from "../chart.ts";
import { type ChartView, firstView } from "../chart-view.ts";
import { chartSpec } from "../chart-spec.ts";
import { openSection } from "./open-section.ts";
import { createTooltip } from "./tooltip.ts";

declare const vega: typeof Vega;

const narrowPx = 760;

/** What the tooltip of a mark says. */
interface Told {
  readonly lines: readonly string[];
  /** Id of the section that says more. */
  readonly anchor?: string;
}

export function startChart(figure: HTMLElement): void {
  const text = figure.querySelector("script.chart")?.textContent;
  if (text === undefined) return;
  const chart = JSON.parse(text) as PageChart;
  const canvas = figure.querySelector<HTMLElement>(".canvas");
  const controls = figure.querySelector<HTMLFormElement>(".controls");
  if (canvas === null || controls === null) return;
  figure.classList.add("live");
  const tooltip = createTooltip(figure);
  let drawn: Vega.View | undefined;
  let widthPx = 0;

  const draw = async (): Promise<void> => {
    widthPx = figure.clientWidth;
    drawn?.finalize();
    tooltip.hide();
    const spec = chartSpec(chart, viewOf(chart, controls, figure));
    drawn = new vega.View(vega.parse(spec), { renderer: "svg", container: canvas, hover: false });
    await drawn.runAsync();
    stopsIn(canvas).forEach((stop, index) => stop.setAttribute("tabindex", index === 0 ? "0" : "-1"));
  };

  const show = ({ target }: Event): void => {
    const told = toldOf(target);
    if (told !== undefined && target instanceof Element) tooltip.show(told.lines, target);
  };
  canvas.addEventListener("pointerover", show);
  canvas.addEventListener("pointerout", tooltip.hide);
  canvas.addEventListener("focusin", show);
  canvas.addEventListener("focusout", tooltip.hide);
  canvas.addEventListener("click", ({ target }) => open(target));
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tooltip.hide();
    else if (event.key === "Enter" || event.key === " ") open(event.target);
    else if (!moveFocus(canvas, event)) return;
    event.preventDefault();
  });
  controls.addEventListener("change", () => void draw());
  new ResizeObserver(() => {
    if (figure.clientWidth !== widthPx) void draw();
  }).observe(figure);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => void draw());
  void draw();
}

function viewOf(chart: PageChart, controls: HTMLFormElement, figure: HTMLElement): ChartView {
  const chosen = new FormData(controls);
  const colours = getComputedStyle(figure);
  const narrow = figure.clientWidth < narrowPx;
  const first = firstView(chart, { widthPx: figure.clientWidth, narrow });
  const scale = (name: "scale" | "xScale"): ScaleName =>
    chosen.has(name) ? (chosen.get(name) === "log" ? "log" : "linear") : first[name];
  return {
    ...first,
    // One alone has no switch.
    series: chart.series.length < 2 ? first.series : chosen.getAll("series").map(String),
    measure: chosen.getAll("measure").map(String)[0] ?? first.measure,
    scale: scale("scale"),
    xScale: scale("xScale"),
    layers: chosen.getAll("layer").map(String),
    links: false,
    ink: colours.getPropertyValue("--ink"),
    paper: colours.getPropertyValue("--paper"),
    line: colours.getPropertyValue("--line"),
  };
}

const stopsIn = (canvas: HTMLElement): readonly SVGElement[] => [
  ...canvas.querySelectorAll<SVGElement>(".bars path, .points path"),
];

/** Vega ties what it drew to its datum. */
function toldOf(target: EventTarget | null): Told | undefined {
  const item = (target as { readonly __data__?: { readonly datum?: Partial<Told> } } | null)?.__data__;
  return Array.isArray(item?.datum?.lines) ? (item.datum as Told) : undefined;
}

function open(target: EventTarget | null): void {
  const anchor = toldOf(target)?.anchor;
  if (anchor !== undefined) openSection(anchor);
}

/** One stop for the Tab key, arrows from mark to mark. Returns whether the key was meant for that. */
function moveFocus(canvas: HTMLElement, { key, target }: KeyboardEvent): boolean {
  const stops = stopsIn(canvas);
  const at = stops.findIndex((stop) => stop === target);
  const last = stops.length - 1;
  const step: Readonly<Record<string, number>> = {
    ArrowRight: at + 1,
    ArrowDown: at + 1,
    ArrowLeft: at - 1,
    ArrowUp: at - 1,
    Home: 0,
    End: last,
  };
  const wanted = step[key];
  if (at < 0 || wanted === undefined) return false;
  const next = stops[Math.min(last, Math.max(0, wanted))];
  stops[at]?.setAttribute("tabindex", "-1");
  next?.setAttribute("tabindex", "0");
  next?.focus();
  return true;
}
