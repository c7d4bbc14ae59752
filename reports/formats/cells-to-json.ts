import type { Comparison } from "../comparison.ts";
import { findings } from "../findings.ts";
import type { LatencyRecord } from "../records/record.ts";
import { verdictText } from "../verdict-text.ts";
import { toJson } from "./to-json.ts";

/** The findings, of an interrupted run with `cutOff` first, and one entry per function and system with its verdict in words. Ratios are raw, times in ns. */
export const cellsToJson = (
  comparison: Comparison,
  records: readonly LatencyRecord[],
  { cutOff }: { readonly cutOff?: string | undefined } = {},
): string =>
  toJson({
    schema: "kalium-bench/figure-8@1",
    findings: [...(cutOff === undefined ? [] : [cutOff]), ...findings(comparison, records)],
    means: Object.fromEntries(comparison.means),
    cells: comparison.cells.map((cell) => ({
      function: cell.label,
      system: cell.system,
      baseline: cell.baseline,
      state: cell.state,
      count: cell.count,
      medianNs: cell.medianNs,
      ratio: cell.ratio?.ratio,
      interval: cell.ratio?.interval,
      blocks: cell.ratio?.blocks,
      pairs: cell.ratio?.pairs,
      noiseFloorLog: cell.noiseFloor,
      verdict: cell.judgement?.verdict,
      verdictText: verdictText(cell),
      moreBlocks: cell.judgement?.moreBlocks,
    })),
  });
