/** Long CSV (RFC 4180, header line, `\n`), for R, pandas and spreadsheets. Absent values are empty; ratios are raw. */
import type { Comparison } from "../comparison.ts";
import type { PublishedCell } from "../published/compare-published.ts";
import { sampleSchema, type LatencyRecord } from "../records/record.ts";
import { verdictText } from "../verdict-text.ts";
import { toCsv } from "./to-csv.ts";

/** One row per function and system. */
export function cellsToCsv({ cells }: Comparison): string {
  return toCsv(
    cells.map(({ plan, ratio, judgement, ...cell }) => ({
      flow: cell.flow,
      function: cell.label,
      starred: cell.starred,
      system: cell.system,
      baseline: cell.baseline,
      state: cell.state,
      profile: plan.profile,
      blocks: plan.blocks,
      rounds: plan.rounds,
      count: cell.count,
      median_ns: cell.medianNs,
      mean_ns: cell.meanNs,
      p95_ns: cell.p95?.ns,
      p99_ns: cell.p99?.ns,
      cold_count: cell.coldCount,
      cold_median_ns: cell.coldMedianNs,
      wrong_answers: cell.wrongAnswers,
      errors: cell.errors,
      timeouts: cell.timeouts,
      outliers_tukey: cell.outliers.farOut,
      outliers_mad: cell.outliers.byMad,
      paired_blocks: ratio?.blocks,
      paired_rounds: ratio?.pairs,
      unpaired_rounds: ratio?.unpaired,
      ratio: ratio?.ratio,
      ratio_of: ratio?.of,
      ratio_low: ratio?.interval?.low,
      ratio_high: ratio?.interval?.high,
      degrees_of_freedom: ratio?.log.degrees,
      ratio_of_medians: ratio?.medianRatio,
      bootstrap_low: ratio?.bootstrap?.low,
      bootstrap_high: ratio?.bootstrap?.high,
      mean_ratio: ratio?.meanRatio,
      p: ratio?.p,
      p_holm: cell.adjustedP,
      noise_floor_log: cell.noiseFloor,
      verdict: judgement?.verdict,
      verdict_text: verdictText({ ...cell, plan, ratio, judgement }),
      verdict_reason: judgement?.reason,
      more_blocks: judgement?.moreBlocks,
    })),
  );
}

/** One row per published value and corresponding system, unmeasured ones included. */
export function publishedToCsv(cells: readonly PublishedCell[]): string {
  return toCsv(
    cells.map(({ label, starred, system, series, published, ours, judgement }) => ({
      function: label,
      starred,
      system,
      series,
      published: published.ratio,
      published_text: published.text,
      published_cut: published.cut,
      published_notes: published.notes.join("; "),
      ratio: ours?.ratio?.ratio,
      ratio_low: ours?.ratio?.interval?.low,
      ratio_high: ours?.ratio?.interval?.high,
      mean_ratio: ours?.ratio?.meanRatio,
      noise_floor_log: ours?.noiseFloor,
      paired_blocks: ours?.ratio?.blocks,
      verdict: judgement.verdict,
      verdict_reason: judgement.reason,
    })),
  );
}

/** One row per call, in execution order, warm-up and cold calls included. */
export function callsToCsv(records: readonly LatencyRecord[]): string {
  const fields = Object.keys(sampleSchema.shape) as (keyof typeof sampleSchema.shape)[];
  return toCsv(
    records.flatMap(({ runId, flow, label, samples }) =>
      samples.map((sample) => ({
        run: runId,
        flow,
        function: label,
        ...Object.fromEntries(fields.map((field) => [snakeCase(field), sample[field]])),
      })),
    ),
  );
}

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
