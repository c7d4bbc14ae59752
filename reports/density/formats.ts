/** `density.csv`, `density.json` and `density.junit.xml`. Values in the metric's unit: bytes, instances, ns. */
import { systemTitle } from "../figures/figure-order.ts";
import { toCsv } from "../formats/to-csv.ts";
import { toJson } from "../formats/to-json.ts";
import { toJunit } from "../formats/to-junit.ts";
import { settled } from "../stats/verdict.ts";
import { notQuotable, quotable } from "../quotable.ts";
import { verdictText, verdictWord } from "../verdict-text.ts";
import { densityMetrics } from "./metrics.ts";
import type { DensityCell, DensitySummary } from "./summary.ts";

/** One row per function, metric and system. */
export const densityToCsv = (summaries: readonly DensitySummary[]): string =>
  toCsv(
    allCells(summaries).map((cell) => ({
      function: cell.label,
      system: cell.system,
      metric: cell.metric,
      unit: densityMetrics[cell.metric].unit,
      baseline: cell.baseline,
      state: cell.state,
      blocks: cell.values.length,
      mean: rounded(cell, cell.value),
      mean_low: rounded(cell, cell.interval?.low),
      mean_high: rounded(cell, cell.interval?.high),
      ratio: cell.ratio?.ratio,
      ratio_low: cell.ratio?.interval?.low,
      ratio_high: cell.ratio?.interval?.high,
      p_holm: cell.adjustedP,
      noise_floor_log: cell.noiseFloor,
      verdict: verdictWord(cell, densityMetrics[cell.metric].sides),
      verdict_text: verdictText(cell),
      more_blocks: cell.judgement?.moreBlocks,
    })),
  );

export const densityToJson = (summaries: readonly DensitySummary[]): string =>
  toJson(
    summaries.map(({ record: { label, plan, baseline, series }, cells, memory, starts }) => ({
      schema: "kalium-bench/density-summary@1",
      ...{ function: label, baseline, plan },
      cells: cells.map((cell) => ({
        system: cell.system,
        metric: cell.metric,
        unit: densityMetrics[cell.metric].unit,
        baseline: cell.baseline,
        state: cell.state,
        blocks: cell.values.length,
        mean: cell.value,
        meanInterval: cell.interval,
        ratio: cell.ratio?.ratio,
        interval: cell.ratio?.interval,
        noiseFloorLog: cell.noiseFloor,
        verdict: verdictWord(cell, densityMetrics[cell.metric].sides),
        verdictText: verdictText(cell),
        moreBlocks: cell.judgement?.moreBlocks,
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
