/** Statistics of guarded calls as other programs read them. */
import { toCsv } from "../formats/to-csv.ts";
import type { SyscallMeasurement } from "./measurement.ts";
import { seriesNames } from "../records/syscall-stages.ts";
import type { StageSummaries, Summary } from "./summary.ts";

/**
 * `{write, sendmsg, encrypt: {n, stages: {controller: {medianNs, ...}, ...}}}`, in ns. A series without calls has `n` 0
 * and no stage.
 */
export const syscallsObject = (summaries: readonly StageSummaries[]) =>
  Object.fromEntries(
    seriesNames.map((name) => {
      const { n, stages } = summaries.find((one) => one.name === name) ?? { n: 0, stages: {} };
      return [name, { n, stages }];
    }),
  );

/** One row per measurement, series and stage; what the parts of a total leave over too, as `rest of <total>`. */
export const syscallsToCsv = (measurements: readonly SyscallMeasurement[]): string =>
  toCsv(
    measurements.flatMap(({ source, producer, title, summaries }) =>
      summaries.flatMap(({ name, stages, rests }) => {
        const row = (stage: string, summary: Summary, negative?: number) => ({
          source,
          producer,
          measurement: title,
          series: name,
          stage,
          n: summary.n,
          min_ns: summary.minNs,
          median_ns: summary.medianNs,
          mean_ns: summary.meanNs,
          p90_ns: summary.p90Ns,
          p95_ns: summary.p95Ns,
          p99_ns: summary.p99Ns,
          max_ns: summary.maxNs,
          sd_ns: summary.sdNs ?? undefined,
          sum_ns: summary.sumNs,
          negative,
        });
        return [
          ...Object.entries(stages).map(([stage, summary]) => row(stage, summary)),
          ...rests.map(({ total, summary, negative }) => row(`rest of ${total}`, summary, negative)),
        ];
      }),
    ),
  );
