/** How long each part of a cold start takes under every system. */
import type { Comparison } from "../comparison.ts";
import { barSystems } from "../figures/figure-8-data.ts";
import { systemTitle } from "../figures/figure-order.ts";
import { type LogEstimate, logEstimate, meanInterval } from "../stats/interval.ts";
import { meanOfEstimates } from "../stats/geometric-mean.ts";
import { type Table, columns } from "../tables/document.ts";
import { formatMsWith } from "../tables/numbers.ts";
import type { PriceComparison } from "./compare-prices.ts";
import { metrics, stageMetrics, type StageMetric } from "./metrics.ts";

/** Shown in this order; the stages add up to the start. */
const shownStages = [...stageMetrics, "start"] as const;

/** Over the functions of which all stages are known, ns: the mean of their means over blocks. */
export interface SystemStages {
  readonly system: string;
  readonly functions: number;
  readonly means: Readonly<Record<StageMetric | "start", LogEstimate>>;
}

/** Baselines, their A/A arms, then in the order of bars; systems of which no stage is known are left out. */
export function systemStages({ cells }: PriceComparison, comparison: Comparison): readonly SystemStages[] {
  const { baselines, controls } = comparison;
  return [...baselines, ...controls, ...barSystems(comparison)].flatMap((system): SystemStages[] => {
    const own = cells.filter((cell) => cell.system === system && cell.values.length > 0);
    const valuesOf = (metric: StageMetric | "start", label: string): readonly number[] =>
      own.find((cell) => cell.metric === metric && cell.label === label)?.values ?? [];
    const labels = [...new Set(own.map(({ label }) => label))].filter((label) =>
      stageMetrics.every((metric) => valuesOf(metric, label).length === valuesOf("start", label).length),
    );
    if (labels.length === 0) return [];
    const means = Object.fromEntries(
      shownStages.map((metric) => [
        metric,
        meanOfEstimates(labels.map((label) => logEstimate(valuesOf(metric, label)))),
      ]),
    ) as Record<StageMetric | "start", LogEstimate>;
    return [{ system, functions: labels.length, means }];
  });
}

/** One row per system, ms. Empty where nobody saw the stages. */
export function stagesTable(prices: PriceComparison, comparison: Comparison): Table {
  return {
    columns: columns("System", ...shownStages.map((metric) => `>${metrics[metric].title}`)),
    rows: systemStages(prices, comparison).map(({ system, means }) => [
      systemTitle(system),
      ...shownStages.map((metric) => formatMsWith(means[metric].mean, meanInterval(means[metric]))),
    ]),
  };
}
