/** `price.csv` and `price.json`: one entry per function, system and metric, and the processes that all systems share. */
import type { Comparison } from "../comparison.ts";
import { cellIdentity, verdictColumns, verdictFields } from "../formats/block-cell.ts";
import { toCsv } from "../formats/to-csv.ts";
import { toJson } from "../formats/to-json.ts";
import { meanInterval } from "../stats/interval.ts";
import type { PriceCell, PriceComparison } from "./compare-prices.ts";
import { metrics, stageMetrics } from "./metrics.ts";
import { systemStages } from "./stages.ts";

/** Values in the metric's unit: ns, ns of processor time per second, bytes, bytes or packets per call. */
export function priceToCsv({ cells, shared }: PriceComparison): string {
  return toCsv([
    ...cells.map((cell) => ({
      ...cellIdentity(cell, metrics[cell.metric].unit),
      mean: roundedValue(cell),
      ratio: cell.ratio?.ratio,
      ratio_low: cell.ratio?.interval?.low,
      ratio_high: cell.ratio?.interval?.high,
      paired_blocks: cell.ratio?.blocks,
      degrees_of_freedom: cell.ratio?.log.degrees,
      p: cell.ratio?.p,
      p_holm: cell.adjustedP,
      ...verdictColumns(cell, metrics[cell.metric].sides),
    })),
    ...shared.map(({ label, part, meanNs, blocks }) => ({
      ...{ function: label, system: "", metric: `cpu of the ${part}`, unit: "ns", baseline: "", state: "measured" },
      ...{ blocks, mean: rounded(meanNs) },
      ...{ ratio: undefined, ratio_low: undefined, ratio_high: undefined, paired_blocks: undefined },
      ...{ degrees_of_freedom: undefined, p: undefined, p_holm: undefined, noise_floor_log: undefined },
      ...{ verdict: undefined, verdict_text: "", more_blocks: undefined },
    })),
  ]);
}

export const priceToJson = (prices: PriceComparison, comparison: Comparison): string => {
  const { cells, means, shared } = prices;
  return toJson({
    schema: "kalium-bench/price@2",
    means: Object.fromEntries([...means].map(([metric, bySystem]) => [metric, Object.fromEntries(bySystem)])),
    cells: cells.map((cell) => ({
      function: cell.label,
      system: cell.system,
      metric: cell.metric,
      unit: metrics[cell.metric].unit,
      baseline: cell.baseline,
      state: cell.state,
      mean: roundedValue(cell),
      ratio: cell.ratio?.ratio,
      interval: cell.ratio?.interval,
      blocks: cell.ratio?.blocks,
      ...verdictFields(cell, metrics[cell.metric].sides),
    })),
    shared,
    stages: systemStages(prices, comparison).map(({ system, functions, means: ofSystem }) => ({
      ...{ system, functions, unit: "ns" },
      ...Object.fromEntries(
        [...stageMetrics, "start" as const].map((metric) => [
          metric,
          { mean: rounded(ofSystem[metric].mean), interval: meanInterval(ofSystem[metric]) },
        ]),
      ),
    })),
  });
};

/** Packets per call are few, and their mean has decimals. */
const roundedValue = ({ metric, value }: PriceCell): number | undefined =>
  metrics[metric].unit === "packets/call" && value !== undefined ? Number(value.toFixed(3)) : rounded(value);

const rounded = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Math.round(value);
