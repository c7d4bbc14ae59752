import type { InvocationVerdicts, SyscallRecord } from "../records/syscall-record.ts";
import { type Rows, concatenated, rowsOf } from "../records/syscall-rows.ts";
import {
  type CallSeries,
  type CallStage,
  type Series,
  type SyscallSource,
  callSeries,
  callStages,
  seriesNames,
  sourceTitles,
} from "../records/syscall-stages.ts";
import { type SeriesSummary, summariseSeries } from "./summary.ts";

/** Guarded calls that one source timed: what tables and pictures are drawn from. */
export interface SyscallMeasurement {
  /** Names the source, and system and function where they are known. */
  readonly title: string;
  readonly source: SyscallSource;
  readonly producer: string;
  readonly series: readonly Series[];
  /** Of series with calls. */
  readonly summaries: readonly SeriesSummary[];
  readonly notes: readonly string[];
  /** Where every record counts them. */
  readonly invocationVerdicts?: InvocationVerdicts | undefined;
}

export const measurementOf = (facts: Omit<SyscallMeasurement, "summaries">): SyscallMeasurement => ({
  ...facts,
  summaries: facts.series.filter(({ calls }) => calls.length > 0).map(summariseSeries),
});

/** Records of one source and system, pooled over functions. At least one; all with the same stages. */
export function measurementOfRecords(records: readonly [SyscallRecord, ...SyscallRecord[]]): SyscallMeasurement {
  const [{ source, system }] = records;
  const functions = new Set(records.flatMap((record) => record.function ?? []));
  const [only] = functions;
  const what = [system, functions.size > 1 ? `${functions.size} functions` : only];
  return measurementOf({
    title: [sourceTitles[source], ...what.filter((name) => name !== undefined)].join(", "),
    source,
    producer: [...new Set(records.map(({ producer }) => producer))].join(", "),
    notes: [...new Set(records.flatMap(({ notes = [] }) => notes))],
    series: pooled(records.map(seriesOf)),
    invocationVerdicts: pooledVerdicts(records),
  });
}

/** Those that can be pooled stand together: same source, same system, same stages in every series that both have. */
export function pooledRecords(records: readonly SyscallRecord[]): readonly [SyscallRecord, ...SyscallRecord[]][] {
  const groups: [SyscallRecord, ...SyscallRecord[]][] = [];
  for (const record of records) {
    const group = groups.find((others) => others.every((other) => alike(other, record)));
    if (group === undefined) groups.push([record]);
    else group.push(record);
  }
  return groups;
}

const alike = (one: SyscallRecord, other: SyscallRecord): boolean =>
  one.source === other.source &&
  one.system === other.system &&
  callSeries.every((name) => {
    const [stages, others] = [stagesOf(one, name), stagesOf(other, name)];
    return stages.length === 0 || others.length === 0 || stages.join() === others.join();
  });

const stagesOf = ({ calls }: SyscallRecord, name: CallSeries): readonly CallStage[] =>
  callStages.filter((stage) => calls[name]?.[stage] !== undefined);

function seriesOf(record: SyscallRecord): readonly Series[] {
  const { encrypt } = record.calls;
  const rows = (name: CallSeries, stages: readonly CallStage[]): Rows =>
    rowsOf(stages.map((stage) => record.calls[name]?.[stage] ?? []));
  const calls = callSeries.flatMap((name): readonly Series[] => {
    const stages = stagesOf(record, name);
    return stages.length === 0 ? [] : [{ name, stages, calls: rows(name, stages) }];
  });
  return encrypt === undefined
    ? calls
    : [...calls, { name: "encrypt", stages: ["encrypt"], calls: rowsOf([encrypt.encrypt]) }];
}

function pooledVerdicts(records: readonly SyscallRecord[]): InvocationVerdicts | undefined {
  const counted = records.flatMap(({ invocationVerdicts }) => invocationVerdicts ?? []);
  if (counted.length < records.length) return undefined;
  const sum = (of: keyof InvocationVerdicts): number => counted.reduce((total, verdicts) => total + verdicts[of], 0);
  return { foreseen: sum("foreseen"), decided: sum("decided"), asked: sum("asked") };
}

const pooled = (all: readonly (readonly Series[])[]): readonly Series[] =>
  seriesNames.flatMap((name) => {
    const parts = all.flat().filter((series) => series.name === name);
    const [first] = parts;
    return first === undefined ? [] : [{ ...first, calls: concatenated(parts.map(({ calls }) => calls)) }];
  });
