/** B relative to A to explore: a bar per function and system. Pure. */
import { inBarOrder, systemColours, systemTitle } from "../figures/figure-order.ts";
import type { BarChart } from "../page/chart.ts";
import { formatMs, formatRatioWith } from "../tables/numbers.ts";
import type { ComparedCell, RunsComparison } from "./compare-runs.ts";

/** `undefined` where no cell is compared. */
export function comparisonChart({ cells }: RunsComparison): BarChart | undefined {
  if (cells.length === 0) return undefined;
  const systems = inBarOrder(cells.map(({ system }) => system));
  const colours = systemColours(systems);
  const groups = [...new Set(cells.map(({ label }) => label))];
  const shared = { without: [], bands: [], marks: [] };
  return {
    kind: "bars",
    seriesTitle: "Systems",
    series: systems.map((system, index) => ({ title: systemTitle(system), colour: colours[index] ?? "ink" })),
    ...{ layersTitle: "", layers: [], scales: ["log", "linear"], stacked: false, groups },
    note: "Whiskers: 95 % intervals. Above 1, B is slower.",
    measures: [
      {
        ...{
          name: "change",
          title: "B / A",
          axis: "Latency of B relative to A",
          same: 1,
          top: { least: 1.5, most: 5 },
        },
        ...{ alt: `Latency of B relative to A in ${groups.length} functions; above 1, B is slower`, ...shared },
      },
      {
        ...{ name: "b", title: "B, ms", axis: "Median latency of B, ms" },
        ...{ alt: `Median latency of B in ${groups.length} functions`, ...shared },
      },
    ],
    cells: cells.map((cell) => ({
      ...{ group: cell.label, series: systemTitle(cell.system), gap: null, pale: false },
      values: {
        change: { value: cell.change.ratio, ...cell.change.interval },
        b: { value: cell.b.medianNs / 1e6, ...inMs(cell.b.interval) },
      },
      lines: linesOf(cell),
    })),
  };
}

const inMs = (interval: ComparedCell["b"]["interval"]) =>
  interval && { low: interval.low / 1e6, high: interval.high / 1e6 };

const linesOf = ({ label, system, a, b, change, judgement }: ComparedCell): readonly string[] => [
  `${label}, ${systemTitle(system)}`,
  `B / A ${formatRatioWith(change.ratio, change.interval)}${change.interval === undefined ? "" : " (95 % interval)"}`,
  `A ${formatMs(a.medianNs)} ms, n = ${a.blocks} blocks; B ${formatMs(b.medianNs)} ms, n = ${b.blocks} blocks`,
  judgement.text,
];
