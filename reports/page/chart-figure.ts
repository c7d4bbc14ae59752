/** The figure of the page: switches and a place to draw in, over pictures for readers without scripts. */
import { escapeHtml } from "../formats/escape-html.ts";
import type { ChartData } from "./chart-data.ts";
import { jsonInScript } from "./script.ts";

export interface FigurePictures {
  /** As it is printed. */
  readonly wide: string;
  /** For narrow screens without scripts. */
  readonly narrow: string;
}

export const chartFigure = (data: ChartData, { wide, narrow }: FigurePictures): string => `<figure class="explore">
${controls(data)}
<div class="canvas"></div>
<div class="still wide">${withOwnIds(wide, "wide")}</div>
<div class="still narrow">${legend(data)}${withOwnIds(narrow, "narrow")}</div>
<script type="application/json" id="chart-data">${jsonInScript(data)}</script>
</figure>`;

const controls = ({ systems, published }: ChartData): string => `<form class="controls">
<fieldset><legend>Systems</legend>
${systems.map((system) => check("system", system.title, swatch(system.colour, system.title), !system.baseline || "baseline")).join("\n")}
</fieldset>
<fieldset><legend>Values</legend>
${radio("values", "relative", "relative", true)}
${radio("values", "absolute", "absolute, ms")}
</fieldset>
<fieldset><legend>Axis</legend>
${radio("scale", "linear", "linear", true)}
${radio("scale", "log", "logarithmic")}
</fieldset>
${published.length === 0 ? "" : `<fieldset><legend>Layers</legend>\n${check("published", "yes", "published values ◇", true)}\n</fieldset>`}
<p class="hint">Point at a bar, or move to it with Tab and the arrow keys, for its numbers. A click or Enter opens the function.</p>
</form>`;

const legend = ({ systems, published }: ChartData): string => `<ul class="legend">
${systems
  .filter(({ baseline }) => !baseline)
  .map(({ title, colour }) => `<li>${swatch(colour, title)}</li>`)
  .join("\n")}${published.length === 0 ? "" : "\n<li>◇ published, ▷ published as cut: this or more</li>"}
</ul>`;

const swatch = (colour: string, title: string): string =>
  `<span class="swatch" style="background:${colour}"></span>${escapeHtml(title)}`;

/** The baseline is the line at 1: it has bars among absolute values only. */
const check = (name: string, value: string, html: string, on: true | "baseline"): string =>
  `<label><input type="checkbox" name="${name}" value="${escapeHtml(value)}" checked> ${html}${on === "baseline" ? " (baseline)" : ""}</label>`;

const radio = (name: string, value: string, text: string, on = false): string =>
  `<label><input type="radio" name="${name}" value="${value}"${on ? " checked" : ""}> ${text}</label>`;

/** Two pictures in one page must not share the names of their clip paths. */
const withOwnIds = (svg: string, prefix: string): string =>
  svg.replaceAll(/\bid="([^"]+)"/g, `id="${prefix}-$1"`).replaceAll(/url\(#([^)]+)\)/g, `url(#${prefix}-$1)`);
