import type { SyscallRecord } from "../syscall-record.ts";
import { rowsOf } from "./rows.ts";
import { type Series, type SyscallSource, callStages, seriesNames, sourceTitles } from "./stages.ts";
import { type SeriesSummary, summariseSeries } from "./summary.ts";

/** Guarded calls that one source timed: what tables and pictures are drawn from. */
export interface SyscallMeasurement {
  /** Names the source, and function and system where one test made the calls. */
  readonly title: string;
  readonly source: SyscallSource;
  readonly producer: string;
  readonly series: readonly Series[];
  /** Of series with calls. */
  readonly summaries: readonly SeriesSummary[];
  readonly notes: readonly string[];
}

export const measurementOf = (facts: Omit<SyscallMeasurement, "summaries">): SyscallMeasurement => ({
  ...facts,
  summaries: facts.series.filter(({ calls }) => calls.length > 0).map(summariseSeries),
});

export function measurementOfRecord(record: SyscallRecord): SyscallMeasurement {
  const { source, producer, calls, notes = [] } = record;
  const what = [record.function, record.system].filter((name) => name !== undefined);
  return measurementOf({
    title: [sourceTitles[source], ...what].join(", "),
    source,
    producer,
    notes,
    series: seriesNames.flatMap((name): readonly Series[] => {
      if (name === "encrypt") {
        return calls.encrypt === undefined
          ? []
          : [{ name, stages: ["encrypt"], calls: rowsOf([calls.encrypt.encrypt]) }];
      }
      const timed = calls[name] ?? {};
      const stages = callStages.filter((stage) => timed[stage] !== undefined);
      return stages.length === 0 ? [] : [{ name, stages, calls: rowsOf(stages.map((stage) => timed[stage] ?? [])) }];
    }),
  });
}
