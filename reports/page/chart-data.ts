/** What the page's chart is drawn from: one entry per function and system, as JSON inside the report. Pure. */
import type { Cell, Comparison } from "../comparison.ts";
import { drawnSystems, type Figure8Data } from "../figures/figure-8-data.ts";
import { axisLabel, markedTitle, systemColours, systemTitle } from "../figures/figure-order.ts";
import { functionRows } from "../tables/latency-tables.ts";
import { formatMs, formatRatioWith } from "../tables/numbers.ts";
import { quotable } from "../quotable.ts";
import { verdictText } from "../verdict-text.ts";

export interface ChartCell {
  /** Axis label, asterisk included. */
  readonly function: string;
  /** Id of the function's section in the page. */
  readonly anchor: string;
  /** Title of the system. */
  readonly system: string;
  /** Latency relative to the baseline's; null: the baseline itself, or no value. */
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly medianMs: number | null;
  /** It does other work than the application's: drawn pale. */
  readonly pale: boolean;
  /** Shown in the place of a missing value; null where there is one. */
  readonly gap: string | null;
  /** What the tooltip and screen readers say. */
  readonly lines: readonly string[];
}

export interface ChartData {
  readonly baseline: string;
  /** In the order of the figure. */
  readonly functions: readonly string[];
  /** In the order of the bars; the baseline, which has no ratio, first. */
  readonly systems: readonly { readonly title: string; readonly colour: string; readonly baseline: boolean }[];
  readonly cells: readonly ChartCell[];
  readonly bands: Figure8Data["bands"];
  readonly published: Figure8Data["published"];
}

/** `figure`: the data of the printed figure, whose bands and published values the chart shows too. */
export function chartData(comparison: Comparison, figure: Pick<Figure8Data, "bands" | "published">): ChartData {
  const systems = drawnSystems(comparison);
  const colours = systemColours(systems);
  const rows = functionRows(comparison);
  const shown = [...comparison.baselines, ...systems];
  const drawn = new Set(shown.map(systemTitle));
  return {
    baseline: comparison.baselines.map(systemTitle).join(", "),
    functions: rows.map(({ name }) => name),
    systems: shown.map((name) => ({
      title: systemTitle(name),
      colour: colours[systems.indexOf(name)] ?? baselineColour,
      baseline: comparison.baselines.includes(name),
    })),
    cells: rows.flatMap(({ cells }) =>
      cells.filter(({ system }) => shown.includes(system)).map((cell) => chartCell(cell, cells)),
    ),
    bands: figure.bands,
    published: figure.published.filter(({ system }) => drawn.has(system)),
  };
}

/** Whether there is anything to draw: the numbers of the profile `smoke` mean nothing. */
export const chartable = ({ cells }: ChartData): boolean => cells.some(({ medianMs }) => medianMs !== null);

export const anchorOf = (label: string): string => `function-${label.replaceAll(/[^\w-]/g, "_")}`;

export const baselineColour = "#8a8a8a";

function chartCell(cell: Cell, own: readonly Cell[]): ChartCell {
  const { ratio, medianNs, state, label, count, baseline, system, otherWork } = cell;
  const known = quotable(cell) && state !== "void";
  const reference = own.find((one) => one.system === baseline);
  const against = systemTitle(baseline);
  const isBaseline = system === baseline;
  const verdict = verdictText(cell);
  const median = known && medianNs !== undefined ? `Median ${formatMs(medianNs)} ms` : undefined;
  const beside =
    isBaseline || reference?.medianNs === undefined ? "" : `; ${against} ${formatMs(reference.medianNs)} ms`;
  return {
    function: axisLabel(cell),
    anchor: anchorOf(label),
    system: systemTitle(system),
    ratio: known ? (ratio?.ratio ?? null) : null,
    low: known ? (ratio?.interval?.low ?? null) : null,
    high: known ? (ratio?.interval?.high ?? null) : null,
    medianMs: known && medianNs !== undefined ? medianNs / 1e6 : null,
    pale: otherWork !== undefined,
    gap: known && (isBaseline ? medianNs !== undefined : ratio !== undefined) ? null : state === "void" ? "void" : "×",
    lines: [
      `${axisLabel(cell)}, ${markedTitle(cell)}`,
      ...(known && ratio !== undefined
        ? [`${formatRatioWith(ratio.ratio, ratio.interval)} relative to ${against}${blocksText(ratio.blocks)}`]
        : []),
      ...(median === undefined ? [] : [`${median}${beside}; n = ${count}`]),
      ...(isBaseline && known ? ["The baseline"] : []),
      ...(verdict === "" ? [] : [verdict]),
      ...(otherWork === undefined ? [] : [`† ${otherWork}`]),
    ],
  };
}

const blocksText = (blocks: number): string =>
  blocks < 2 ? " (1 block: no interval)" : ` (95 % interval over ${blocks} blocks)`;
