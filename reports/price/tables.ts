import type { Comparison } from "../comparison.ts";
import { barSystems } from "../figures/figure-8-data.ts";
import { axisLabel, inBarOrder, markedTitle, systemTitle, withFigureOrder } from "../figures/figure-order.ts";
import { geometricCentre, type GeometricMean } from "../stats/geometric-mean.ts";
import { type Section, type Table, columns, folded, withDetail } from "../tables/document.ts";
import { dash, formatMs, ratioWithMargin } from "../tables/numbers.ts";
import { blockRatioText, verdictText } from "../verdict-text.ts";
import type { PriceCell, PriceComparison } from "./compare-prices.ts";
import { type MetricName, metrics, ownMetrics, stageMetrics } from "./metrics.ts";
import { stagesTable } from "./stages.ts";

/** Relative to the baseline; idle processor time is not: a sandbox that rests entirely has none. */
const comparedMetrics = ["cpu", "afterMemory", "start", "startedMemory", "peakMemory"] as const;

const networkMetrics = ["networkBytes", "networkPackets"] as const;

/** Beside latency in the figure. */
export const drawnMetrics = [...comparedMetrics, "networkBytes"] as const;

/**
 * One row per system over all functions, latency beside the rest: geometric means of the ratios, with half of their 95 %
 * intervals. The baselines' row has what 1 stands for.
 */
export function priceTable({ cells, means }: PriceComparison, comparison: Comparison): Table {
  const shown = [...comparedMetrics, ...networkMetrics].map((name) => ({ name, title: metrics[name].title }));
  const { baselines, controls, cells: latencies } = comparison;
  const functions = new Set(latencies.map(({ label }) => label)).size;
  const rowOf = (system: string): readonly string[] => [
    systemTitle(system),
    meanText(comparison.means.get(system), functions),
    ...shown.map(({ name }) => meanText(means.get(name)?.get(system), functions)),
  ];
  const baselineRow = (system: string): readonly string[] => [
    systemTitle(system),
    latencyText(geometricCentre(latencies.flatMap((cell) => (cell.system === system ? (cell.medianNs ?? []) : [])))),
    ...shown.map(({ name }) => {
      const own = cells.filter((cell) => cell.metric === name && cell.system === system);
      return valueText(name, geometricCentre(own.flatMap(({ value }) => value ?? [])));
    }),
  ];
  return {
    // A terminal of 80 columns has room for three; latency has its own table above.
    columns: withDetail(
      columns("System", ">Latency", ...shown.map(({ title }) => `>${title}`)),
      "Latency",
      metrics.startedMemory.title,
      metrics.peakMemory.title,
      ...networkMetrics.map((name) => metrics[name].title),
    ),
    rows: [...baselines.map(baselineRow), ...[...controls, ...barSystems(comparison)].map(rowOf)],
  };
}

export const latencyText = (ns: number | undefined): string => (ns === undefined ? dash : `${formatMs(ns)} ms`);

/** Of one function: metrics under every system, with their verdicts. */
export function functionPriceTable(
  { cells }: PriceComparison,
  label: string,
  { names = ownMetrics, title = "Price" }: { readonly names?: readonly MetricName[]; readonly title?: string } = {},
): Table {
  const own = cells.filter((cell) => cell.label === label);
  const order = inBarOrder(own.map(({ system }) => system));
  const rank = ({ system, baseline, aaOf }: PriceCell): number =>
    system === baseline ? -2 : aaOf === baseline ? -1 : order.indexOf(system);
  const rows = names.flatMap((metric) =>
    own
      .filter((cell) => cell.metric === metric)
      .toSorted((a, b) => rank(a) - rank(b))
      .map((cell, index) => [
        index === 0 ? metrics[metric].title : "",
        markedTitle(cell),
        String(cell.values.length),
        valueText(metric, cell.value),
        blockRatioText(cell),
        verdictText(cell),
      ]),
  );
  return { columns: columns(title, "System", ">Blocks", ">Mean", ">Ratio [95 %]", "Verdict"), rows };
}

/** Nothing where nobody could tell. @param drawn the figure: beside the report as `price.svg`, and to explore */
export function priceSections(
  prices: PriceComparison | undefined,
  comparison: Comparison,
  drawn: Pick<Section, "picture" | "explore"> = {},
): readonly Section[] {
  if (prices === undefined) return [];
  const measured = new Set(prices.cells.map(({ label }) => label));
  const functions = withFigureOrder(prices.cells).filter(({ label }) => measured.has(label));
  return [
    {
      title: "Price",
      paragraphs: explanation,
      ...drawn,
      table: priceTable(prices, comparison),
    },
    ...stagesSection(prices, comparison),
    ...functions.flatMap((named) => [
      folded({
        title: `Price of ${axisLabel(named)}`,
        label: named.label,
        paragraphs: sharedText(prices, named.label),
        table: functionPriceTable(prices, named.label),
      }),
      ...startOfFunction(prices, named),
    ]),
  ];
}

/** Nothing where nobody saw the stages. */
function stagesSection(prices: PriceComparison, comparison: Comparison): readonly Section[] {
  const table = stagesTable(prices, comparison);
  return table.rows.length === 0
    ? []
    : [{ title: "Cold start to the first answer, in stages", paragraphs: stageTexts, table }];
}

function startOfFunction(
  prices: PriceComparison,
  named: { readonly label: string } & Parameters<typeof axisLabel>[0],
): readonly Section[] {
  const { label } = named;
  const known = prices.cells.some(
    (cell) => cell.label === label && cell.metric === "startNetwork" && cell.value !== undefined,
  );
  if (!known) return [];
  const table = functionPriceTable(prices, label, { names: stageMetrics, title: "Stage" });
  return [folded({ title: `Cold start of ${axisLabel(named)}, in stages`, label, table })];
}

const stageTexts: readonly string[] = [
  "Means over blocks and functions with half of their 95 % intervals (Student's t), ms; a row's stages add up to its start. " +
    "Network: namespace, interfaces and control group. Create: the instance's files, until the runtime's program runs. " +
    "Runtime: until it has started the function's program. Program: until the function listens. First answer: until the " +
    "gateway has it.",
];

const explanation: readonly string[] = [
  "Relative to the baseline, geometric means over functions with half of their 95 % intervals; the baseline's row has the " +
    "geometric means of its means over blocks. CPU per call: processor time of all that belongs to the sandboxes of a call, as the " +
    "kernel counts it, without what they use while nobody calls. Memory: working set after the block's calls, and when all " +
    "instances had started; peak: the most at once, file pages included. Start: from creation to the first answer. Bytes and " +
    "packets: what the sandboxes of a call send and receive, by the counters of their network interfaces. 1 MB is 10^6 bytes.",
];

function sharedText({ shared }: PriceComparison, label: string): readonly string[] {
  const own = shared.filter((cost) => cost.label === label);
  if (own.length === 0) return [];
  const texts = own.map(({ part, meanNs }) => `${partTitle(part)} ${formatMs(meanNs)} ms`);
  return [`Outside the sandboxes, processor time per call that is served: ${texts.join(", ")}.`];
}

const partTitle = (part: string): string => (part === "embedded" ? "guard proxy (embedded guard)" : part);

/** `0.31 ± 6 %`; with the number of functions where some have no value. */
function meanText(mean: GeometricMean | undefined, functions: number): string {
  if (mean === undefined) return dash;
  return `${ratioWithMargin(mean)}${mean.functions === functions ? "" : ` (${mean.functions} of ${functions})`}`;
}

/** With its unit: `9.24 ms`, `38.5 MB`, `40.7 ms/s`. */
export function valueText(metric: MetricName, value: number | undefined): string {
  if (value === undefined) return dash;
  const { unit } = metrics[metric];
  if (unit === "bytes/call") return `${(value / 1e3).toFixed(value < 1e4 ? 2 : value < 1e5 ? 1 : 0)} kB`;
  if (unit === "packets/call") return value.toFixed(value < 100 ? 1 : 0);
  if (unit === "bytes") return `${(value / 1e6).toFixed(value < 1e8 ? 1 : 0)} MB`;
  return `${formatMs(value)} ${unit === "ns" ? "ms" : "ms/s"}`;
}
