/** Latency against the offered rate to explore: a line per system and percentile, with the bound. Pure. */
import { lineColours } from "../figures/figure-order.ts";
import { clientSystem } from "../records/load-record.ts";
import { quotedQuantiles } from "../records/load-step.ts";
import type { ChartLayer, LineChart, LinePoint } from "../page/chart.ts";
import { quotable } from "../quotable.ts";
import { formatMs, formatMsWith, formatShare } from "../tables/numbers.ts";
import type { LoadCell, LoadSummary } from "./summary.ts";
import { boundShare, bracketText, formatRate, loadTitle } from "./tables.ts";

/** Of lines, and how their switches name them; the bound's own percentile is solid. */
const strokes = [
  { dash: [4, 3], words: "dashed" },
  { dash: [9, 3], words: "long dashes" },
  { dash: [9, 3, 2, 3], words: "dashes and dots" },
  { dash: [2, 3], words: "dotted" },
] as const;

/** `undefined` where nothing can be drawn: no step is valid, or the profile is `smoke`. */
export function loadChart(summary: LoadSummary): LineChart | undefined {
  const { record, cells, held } = summary;
  const { label, plan, baseline } = record;
  const shown = cells.filter(({ system, blocks }) => system === clientSystem || blocks > 0);
  const names = [...new Set(shown.map(({ system }) => system))];
  const colours = lineColours(names.filter((name) => name !== clientSystem));
  const points = shown.flatMap((cell) => pointsOf(cell, summary));
  if (points.length === 0 || !quotable(record)) return undefined;
  const meets = held.map((of) => `${loadTitle(of.system)} ${bracketText(of)}`).join(", ");
  return {
    kind: "lines",
    alt: `Latency of ${label} against the offered rate; meets the bound up to, calls per second: ${meets}`,
    seriesTitle: "Systems",
    series: names.map((name, index) => ({
      title: loadTitle(name),
      colour: colours[index] ?? "#c4c4c4", // the client's come last
      ...(name === baseline && { note: "(baseline)" }),
    })),
    layersTitle: "Percentiles",
    layers: layersOf(plan.quantile).filter(({ name }) => points.some(({ layer }) => layer === name)),
    scales: ["log", "linear"],
    xScales: ["log", "linear"],
    note:
      "Circles: percentiles of the calls of all blocks; whiskers: from the lowest to the highest block. Crosses: saturated. " +
      "The line across is the bound.",
    xTitle: "Offered rate, calls per second",
    xTicks: [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b),
    yTitle: "Latency from when a call was due, ms",
    stepped: false,
    points,
    bands: [],
    bound: { value: plan.boundMs, text: `bound: ${quantileName(plan.quantile)} within ${plan.boundMs} ms` },
  };
}

const quantileName = (quantile: number): string => `p${Number((100 * quantile).toFixed(1))}`;

const layersOf = (ofBound: number): readonly ChartLayer[] =>
  quotedQuantiles.map((quantile, index) => {
    const { dash, words } = quantile === ofBound ? { dash: [], words: "solid" } : (strokes[index] ?? strokes[0]);
    const name = quantileName(quantile);
    return { name, title: `${name}, ${words}`, dash, on: quantile === ofBound || quantile === 0.5 };
  });

function pointsOf(cell: LoadCell, summary: LoadSummary): readonly LinePoint[] {
  const { system, ratePerS, latenciesNs, saturated } = cell;
  return quotedQuantiles.flatMap((quantile, at): LinePoint[] => {
    const latencyNs = latenciesNs[at];
    if (latencyNs === undefined) return [];
    const blocks = summary.steps.flatMap((step) => {
      const ns = step.latenciesNs[at];
      return step.system === system && step.ratePerS === ratePerS && step.voided === undefined && ns !== undefined
        ? [ns]
        : [];
    });
    const range = blocks.length < 2 ? undefined : { low: Math.min(...blocks), high: Math.max(...blocks) };
    const layer = quantileName(quantile);
    const byBlock = range && `; in single blocks ${formatMs(range.low)} to ${formatMs(range.high)} ms`;
    return [
      {
        ...{ series: loadTitle(system), layer, x: ratePerS, y: latencyNs / 1e6 },
        ...(range && { low: range.low / 1e6, high: range.high / 1e6 }),
        ...(saturated && { cross: true as const }),
        lines: [
          `${loadTitle(system)}, ${formatRate(ratePerS)} calls/s`,
          `${layer} ${formatMs(latencyNs)} ms${byBlock ?? ""}`,
          ...factsOf(cell, summary),
        ],
      },
    ];
  });
}

function factsOf(cell: LoadCell, { record, held }: LoadSummary): readonly string[] {
  const { ok, planned, blocks, within, holds, saturated, completedPerS } = cell;
  const count = `n = ${ok} right answers of ${planned} planned calls`;
  if (cell.system === clientSystem) return [count, "The load generator alone, calling an empty server"];
  const of = held.find(({ system }) => system === cell.system);
  const state = saturated
    ? `saturated: completes ${formatRate(completedPerS)}/s`
    : holds
      ? "within the bound"
      : "over the bound";
  return [
    `${count}, ${blocks} ${blocks === 1 ? "block" : "blocks"}`,
    `${formatShare(Math.round(within * planned), planned)} within ${record.plan.boundMs} ms of ${boundShare(record.plan)} needed: ${state}`,
    ...(cell.cpu === undefined
      ? []
      : [`Processor time of a call ${formatMsWith(cell.cpu.meanNs, cell.cpu.interval)} ms`]),
    ...(of === undefined ? [] : [`Meets the bound up to, calls/s: ${bracketText(of)}; ${verdictOfHeld(of)}`]),
  ];
}

const verdictOfHeld = ({ verdict, verdictText }: LoadSummary["held"][number]): string =>
  verdict === "baseline" ? "the baseline" : verdictText;
