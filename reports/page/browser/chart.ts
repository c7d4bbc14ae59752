/** The figure that readers explore: drawn by Vega, which the page holds, at every switch and every change of width. */
import type * as Vega from "vega";
import type { ChartCell, ChartData } from "../chart-data.ts";
import type { ChartView } from "../chart-axes.ts";
import { chartSpec } from "../chart-spec.ts";
import { openSection } from "./open-section.ts";
import { createTooltip } from "./tooltip.ts";

declare const vega: typeof Vega;

const narrowPx = 760;

export function startChart(figure: HTMLElement, data: ChartData): void {
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
    const spec = chartSpec(data, viewOf(controls, figure));
    drawn = new vega.View(vega.parse(spec), { renderer: "svg", container: canvas, hover: false });
    await drawn.runAsync();
    const bars = barsIn(canvas);
    bars.forEach((bar, index) => bar.setAttribute("tabindex", index === 0 ? "0" : "-1"));
  };

  const show = ({ target }: Event): void => {
    const cell = cellOf(target);
    if (cell !== undefined && target instanceof Element) tooltip.show(cell.lines, target);
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

function viewOf(controls: HTMLFormElement, figure: HTMLElement): ChartView {
  const chosen = new FormData(controls);
  const colours = getComputedStyle(figure);
  return {
    widthPx: figure.clientWidth,
    narrow: figure.clientWidth < narrowPx,
    systems: chosen.getAll("system").map(String),
    values: chosen.get("values") === "absolute" ? "absolute" : "relative",
    scale: chosen.get("scale") === "log" ? "log" : "linear",
    published: chosen.has("published"),
    links: false,
    ink: colours.getPropertyValue("--ink"),
    paper: colours.getPropertyValue("--paper"),
    line: colours.getPropertyValue("--line"),
  };
}

const barsIn = (canvas: HTMLElement): readonly SVGElement[] => [...canvas.querySelectorAll<SVGElement>(".bars path")];

/** Vega ties what it drew to its datum. */
function cellOf(target: EventTarget | null): ChartCell | undefined {
  const item = (target as { readonly __data__?: { readonly datum?: Partial<ChartCell> } } | null)?.__data__;
  return item?.datum?.lines === undefined ? undefined : (item.datum as ChartCell);
}

function open(target: EventTarget | null): void {
  const cell = cellOf(target);
  if (cell !== undefined) openSection(cell.anchor);
}

/** One stop for the Tab key, arrows from bar to bar. Returns whether the key was meant for that. */
function moveFocus(canvas: HTMLElement, { key, target }: KeyboardEvent): boolean {
  const bars = barsIn(canvas);
  const at = bars.findIndex((bar) => bar === target);
  const last = bars.length - 1;
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
  const next = bars[Math.min(last, Math.max(0, wanted))];
  bars[at]?.setAttribute("tabindex", "-1");
  next?.setAttribute("tabindex", "0");
  next?.focus();
  return true;
}
