/** Figure 8 to explore: a bar per function and system. Pure. */
import type { Cell, Comparison } from "../comparison.ts";
import { drawnSystems, type Figure8Data } from "../figures/figure-8-data.ts";
import { axisLabel, markedTitle, systemColours, systemTitle } from "../figures/figure-order.ts";
import { functionRows } from "../tables/latency-tables.ts";
import { formatMs, formatRatioWith } from "../tables/numbers.ts";
import { quotable } from "../quotable.ts";
import { verdictText } from "../verdict-text.ts";
import type { BarCell, BarChart, ChartValue } from "./chart.ts";

/** Ratios are cut here on a linear axis, and written out beside their bars. */
const linearCut = 5;

/** `figure`: the data of the printed figure, whose bands and published values the chart shows too. */
export function latencyChart(
  comparison: Comparison,
  { bands, published }: Pick<Figure8Data, "bands" | "published">,
): BarChart {
  const systems = drawnSystems(comparison);
  const colours = systemColours(systems);
  const rows = functionRows(comparison);
  const { baselines } = comparison;
  const shown = [...baselines, ...systems];
  const titles = shown.map(systemTitle);
  const reference = baselines.map(systemTitle);
  const of = `Latency of ${rows.length} functions`;
  const marks = published.filter(({ system }) => titles.includes(system));
  return {
    kind: "bars",
    seriesTitle: "Systems",
    series: shown.map((name) => ({
      title: systemTitle(name),
      colour: colours[systems.indexOf(name)] ?? baselineColour,
      ...(baselines.includes(name) && { note: "(baseline)" }),
    })),
    layersTitle: "Layers",
    layers: marks.length === 0 ? [] : [{ name: publishedLayer, title: "published values ◇", on: true }],
    scales: ["linear", "log"],
    note: noteOf(comparison, { reference: reference.join(", "), bands: bands.length, marks: marks.length }),
    groups: rows.map(({ name }) => name),
    measures: [
      {
        ...{ name: "relative", title: "relative", axis: `Latency relative to ${reference.join(", ")}` },
        ...{ alt: `${of} relative to ${reference.join(", ")}`, same: 1, top: { least: 1.5, most: linearCut } },
        ...{ without: reference, bands: bands.map(({ function: group, low, high }) => ({ group, low, high })) },
        marks: marks.map(({ function: group, system: series, ratio: value, cut }) => ({
          ...{ group, series, value, layer: publishedLayer, shape: cut ? ("cut" as const) : ("diamond" as const) },
        })),
      },
      {
        ...{ name: "absolute", title: "absolute, ms", axis: "Median latency, ms" },
        ...{ alt: `${of} in milliseconds`, without: [], bands: [], marks: [] },
      },
    ],
    cells: rows.flatMap(({ cells }) =>
      cells.filter(({ system }) => shown.includes(system)).map((cell) => chartCell(cell, cells)),
    ),
    stacked: false,
  };
}

const publishedLayer = "published";

function noteOf(
  { cells }: Comparison,
  { reference, bands, marks }: { readonly reference: string; readonly bands: number; readonly marks: number },
): string {
  const repeated = cells.some(({ ratio }) => ratio?.interval !== undefined);
  return [
    repeated ? "Whiskers: 95 % intervals over blocks of fresh sandboxes." : "No whiskers: nothing was repeated.",
    ...(bands === 0
      ? []
      : [`Grey bands: noise floor, how far ${reference} is from itself (A/A) in 95 % of comparisons.`]),
    ...(marks === 0 ? [] : ["◇ published value; ▷ published as cut: this or more."]),
    ...(cells.some(({ starred }) => starred) ? ["* Valve proxies this function's own requests."] : []),
    ...(cells.some(({ otherWork }) => otherWork !== undefined) ? ["Pale: not the application's work."] : []),
  ].join(" ");
}

/** Whether there is anything to draw: the numbers of the profile `smoke` mean nothing. */
export const chartable = ({ cells }: BarChart): boolean => cells.some(({ values }) => "absolute" in values);

export const anchorOf = (label: string): string => `function-${label.replaceAll(/[^\w-]/g, "_")}`;

export const baselineColour = "#8a8a8a";

function chartCell(cell: Cell, own: readonly Cell[]): BarCell {
  const { ratio, medianNs, state, label, count, baseline, system, otherWork } = cell;
  const known = quotable(cell) && state !== "void";
  const reference = own.find((one) => one.system === baseline);
  const against = systemTitle(baseline);
  const isBaseline = system === baseline;
  const verdict = verdictText(cell);
  const median = known && medianNs !== undefined ? `Median ${formatMs(medianNs)} ms` : undefined;
  const beside =
    isBaseline || reference?.medianNs === undefined ? "" : `; ${against} ${formatMs(reference.medianNs)} ms`;
  const relative: ChartValue | undefined = known && ratio ? { value: ratio.ratio, ...ratio.interval } : undefined;
  const absolute: ChartValue | undefined = known && medianNs !== undefined ? { value: medianNs / 1e6 } : undefined;
  return {
    group: axisLabel(cell),
    series: systemTitle(system),
    values: { ...(relative && { relative }), ...(absolute && { absolute }) },
    gap: (isBaseline ? absolute : relative) === undefined ? (state === "void" ? "void" : "×") : null,
    pale: otherWork !== undefined,
    anchor: anchorOf(label),
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
