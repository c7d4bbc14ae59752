/** A chart in the page: switches and a place to draw in, over pictures for readers without scripts. */
import { renderSvg } from "../figures/render-figure.ts";
import { escapeHtml } from "../formats/escape-html.ts";
import { htmlTable } from "../formats/html-table.ts";
import type { Table } from "../tables/document.ts";
import type { ChartSeries, PageChart, ScaleName } from "./chart.ts";
import { chartSpec } from "./chart-spec.ts";
import { firstView } from "./chart-view.ts";
import { jsonInScript } from "./script.ts";

export interface ChartSurroundings {
  /** The figure as it is printed, an SVG; absent: as the page draws it. */
  readonly printed?: string;
  /** Names its pictures apart from those of other charts in the page. */
  readonly id: string;
  /** All numbers of the chart, where no table of the page has them. */
  readonly table?: Table;
}

/** Of a phone, less its margins. */
const narrowWidthPx = 350;
/** Of a page of paper, less its margins. */
const wideWidthPx = 900;

export async function chartFigure(chart: PageChart, { printed, id, table }: ChartSurroundings): Promise<string> {
  const drawn = async (widthPx: number, narrow: boolean): Promise<string> =>
    legend(chart) + (await renderSvg(chartSpec(chart, firstView(chart, { widthPx, narrow }))));
  return `<figure class="explore">
${controls(chart)}
<div class="canvas"></div>
${chart.note === undefined ? "" : `<figcaption>${escapeHtml(chart.note)}</figcaption>\n`}<div class="still wide">${withOwnIds(printed ?? (await drawn(wideWidthPx, false)), `${id}-wide`)}</div>
<div class="still narrow">${withOwnIds(await drawn(narrowWidthPx, true), `${id}-narrow`)}</div>
${table === undefined ? "" : `<details class="data"><summary>The numbers of this figure</summary>${htmlTable(table)}</details>\n`}<script type="application/json" class="chart">${jsonInScript(chart)}</script>
</figure>`;
}

function controls(chart: PageChart): string {
  const { seriesTitle, series, layersTitle, layers, scales } = chart;
  const bars = chart.kind === "bars";
  return `<form class="controls">
${fieldset(seriesTitle, series.length < 2 ? series.map((one) => `<span>${swatch(one)}</span>`) : series.map((one) => check("series", one.title, `${swatch(one)}${one.note === undefined ? "" : ` ${one.note}`}`)))}
${bars ? choice("Values", "measure", Object.fromEntries(chart.measures.map(({ name, title }) => [name, title]))) : ""}
${choice(bars ? "Axis" : "Vertical axis", "scale", named(scales))}
${bars ? "" : choice("Horizontal axis", "xScale", named(chart.xScales))}
${fieldset(
  layersTitle,
  layers.map(({ name, title, on }) => check("layer", name, escapeHtml(title), on)),
)}
<p class="hint">Point at a ${bars ? "bar" : "mark"}, or move to it with Tab and the arrow keys, for its numbers.${
    bars && chart.cells.some(({ anchor }) => anchor !== undefined) ? " A click or Enter opens the function." : ""
  }</p>
</form>`;
}

const scaleTitles: Readonly<Record<ScaleName, string>> = { linear: "linear", log: "logarithmic" };
const named = (scales: readonly ScaleName[]): Readonly<Record<string, string>> =>
  Object.fromEntries(scales.map((scale) => [scale, scaleTitles[scale]]));

const fieldset = (title: string, inputs: readonly string[]): string =>
  inputs.length === 0 ? "" : `<fieldset><legend>${title}</legend>\n${inputs.join("\n")}\n</fieldset>`;

/** The first is chosen. Nothing for one alone. */
function choice(title: string, name: string, titles: Readonly<Record<string, string>>): string {
  const values = Object.entries(titles);
  const radio = ([value, text]: readonly [string, string], index: number): string =>
    `<label><input type="radio" name="${name}" value="${value}"${index === 0 ? " checked" : ""}> ${escapeHtml(text)}</label>`;
  return fieldset(title, values.length < 2 ? [] : values.map(radio));
}

function legend(chart: PageChart): string {
  const without = chart.kind === "bars" ? chart.measures[0].without : [];
  const layers = chart.layers.filter(({ on }) => on);
  const published = layers.some(({ name }) => name === "published") && chart.kind === "bars";
  return `<ul class="legend">
${chart.series
  .filter(({ title }) => !without.includes(title))
  .map((one) => `<li>${swatch(one)}</li>`)
  .join(
    "\n",
  )}${published ? "\n<li>◇ published, ▷ published as cut: this or more</li>" : layers.map(({ title }) => `\n<li>${escapeHtml(title)}</li>`).join("")}
</ul>`;
}

const swatch = ({ colour, title }: ChartSeries): string =>
  `<span class="swatch" style="background:${colour === "ink" ? "currentColor" : colour}"></span>${escapeHtml(title)}`;

const check = (name: string, value: string, html: string, on = true): string =>
  `<label><input type="checkbox" name="${name}" value="${escapeHtml(value)}"${on ? " checked" : ""}> ${html}</label>`;

/** Two pictures in one page must not share the names of their clip paths. */
const withOwnIds = (svg: string, prefix: string): string =>
  svg.replaceAll(/\bid="([^"]+)"/g, `id="${prefix}-$1"`).replaceAll(/url\(#([^)]+)\)/g, `url(#${prefix}-$1)`);
