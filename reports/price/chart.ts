/** The price of every system relative to the baseline to explore: a group per metric. Pure. */
import type { Comparison } from "../comparison.ts";
import { systemColours, systemTitle } from "../figures/figure-order.ts";
import type { BarCell, BarChart } from "../page/chart.ts";
import type { GeometricMean } from "../stats/geometric-mean.ts";
import { formatRatioWith } from "../tables/numbers.ts";
import type { PriceComparison } from "./compare-prices.ts";
import { drawnPrice, overFunctions, type PriceGroup } from "./relative.ts";

/** `undefined` where there is nothing to draw: no compared system, or the profile `smoke`. */
export function priceChart(prices: PriceComparison, comparison: Comparison): BarChart | undefined {
  const price = drawnPrice(prices, comparison);
  if (price === undefined) return undefined;
  const { groups, systems, bands, functions } = price;
  const colours = systemColours(systems);
  const { baselines } = comparison;
  const reference = baselines.map(systemTitle).join(", ");
  return {
    kind: "bars",
    seriesTitle: "Systems",
    series: systems.map((system, index) => ({ title: systemTitle(system), colour: colours[index] ?? "ink" })),
    ...{ layersTitle: "", layers: [], scales: ["log", "linear"], stacked: false },
    groups: groups.map(({ title }) => title),
    note: [
      `Relative to ${reference}, ${overFunctions(functions)}. Whiskers: 95 % intervals over blocks of fresh sandboxes.`,
      ...(bands.length === 0 ? [] : [bandText(reference)]),
    ].join(" "),
    measures: [
      {
        ...{ name: "relative", title: "relative", axis: `Relative to ${reference}`, same: 1 },
        ...{ alt: `Price of each system relative to ${reference}`, top: { least: 1.5, most: 5 } },
        ...{ without: [], marks: [], bands },
      },
    ],
    cells: groups.flatMap((group) => systems.map((system) => cellOf(group, system, { baselines, functions }))),
  };
}

/** What the bands are. */
export const bandText = (reference: string): string =>
  `Grey bands: ${reference} measured a second time (A/A), the 95 % interval of its distance from itself.`;

function cellOf(
  { title, means, absolute }: PriceGroup,
  system: string,
  { baselines, functions }: { readonly baselines: readonly string[]; readonly functions: number },
): BarCell {
  const mean = means.get(system);
  const reference = baselines.map((name) => `${systemTitle(name)} ${absolute(name)}`).join(", ");
  return {
    ...{ group: title, series: systemTitle(system), pale: false, gap: mean === undefined ? "×" : null },
    values: mean === undefined ? {} : { relative: { value: mean.ratio, ...mean.interval } },
    lines: [
      `${title}, ${systemTitle(system)}`,
      ...(mean === undefined ? ["Not known"] : [relativeText(mean, functions)]),
      `${absolute(system)}; ${reference}`,
    ],
  };
}

const relativeText = ({ ratio, interval, functions: known }: GeometricMean, functions: number): string =>
  `${formatRatioWith(ratio, interval)} relative to the baseline${interval === undefined ? "" : " (95 % interval)"}, ` +
  `${known === functions ? "" : `${known} of `}${functions} ${functions === 1 ? "function" : "functions"}`;
