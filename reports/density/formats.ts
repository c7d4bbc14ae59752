/** `density.csv`, `density.json` and `density.junit.xml`. Values in the metric's unit: bytes, instances, ns. */
import { systemTitle } from "../figures/figure-order.ts";
import { cellIdentity, verdictColumns, verdictFields } from "../formats/block-cell.ts";
import { toCsv } from "../formats/to-csv.ts";
import { toJson } from "../formats/to-json.ts";
import { toJunit } from "../formats/to-junit.ts";
import { settled } from "../stats/verdict.ts";
import { notQuotable, quotable } from "../quotable.ts";
import { verdictText } from "../verdict-text.ts";
import { densityMetrics } from "./metrics.ts";
import type { DensityCell, DensitySummary } from "./summary.ts";

/** One row per function, metric and system. */
export const densityToCsv = (summaries: readonly DensitySummary[]): string =>
  toCsv(
    allCells(summaries).map((cell) => ({
      ...cellIdentity(cell, densityMetrics[cell.metric].unit),
      mean: rounded(cell, cell.value),
      mean_low: rounded(cell, cell.interval?.low),
      mean_high: rounded(cell, cell.interval?.high),
      ratio: cell.ratio?.ratio,
      ratio_low: cell.ratio?.interval?.low,
      ratio_high: cell.ratio?.interval?.high,
      p_holm: cell.adjustedP,
      ...verdictColumns(cell, densityMetrics[cell.metric].sides),
    })),
  );

export const densityToJson = (summaries: readonly DensitySummary[]): string =>
  toJson(
    summaries.map(({ record: { label, plan, baseline, series }, cells, memory, starts }) => ({
      schema: "kalium-bench/density-summary@1",
      ...{ function: label, baseline, plan },
      cells: cells.map((cell) => ({
        ...cellIdentity(cell, densityMetrics[cell.metric].unit),
        mean: cell.value,
        meanInterval: cell.interval,
        ratio: cell.ratio?.ratio,
        interval: cell.ratio?.interval,
        ...verdictFields(cell, densityMetrics[cell.metric].sides),
      })),
      memoryBytes: memory,
      startsNs: starts,
      /** Series that the limit of memory ended. */
      endedByMemory: series.filter(({ ended }) => ended === "memory").map(({ system, block }) => ({ system, block })),
    })),
  );

/** One test case per function, metric and compared system. */
export const densityToJunit = (summaries: readonly DensitySummary[]): string =>
  toJunit(
    "density",
    allCells(summaries)
      .filter(({ system, baseline, aaOf }) => system !== baseline && aaOf === undefined)
      .map((cell) => ({
        group: `${cell.label}, ${cell.metric}`,
        name: systemTitle(cell.system),
        text: verdictText(cell) || (quotable(cell) ? "not known" : notQuotable),
        state: cell.judgement !== undefined && quotable(cell) && settled(cell.judgement) ? "passed" : "skipped",
      })),
  );

/** Whole bytes and ns. */
const rounded = ({ metric }: DensityCell, value: number | undefined): number | undefined =>
  value === undefined || densityMetrics[metric].unit === "instances" ? value : Math.round(value);

const allCells = (summaries: readonly DensitySummary[]): readonly DensityCell[] =>
  summaries.flatMap(({ cells }) => cells);
