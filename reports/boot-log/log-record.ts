import type { SyscallRecord } from "../syscall-record.ts";
import type { Rows } from "../syscalls/rows.ts";
import type { Series } from "../syscalls/stages.ts";
import { malformedMeasurements, notesOf, producerOf } from "./log-document.ts";
import { type BootLogs, readBootLogs } from "./read-logs.ts";

/** Where the record belongs. `name`: its file is `syscalls.<name>.json`. */
export type RecordPlace = Pick<SyscallRecord, "runId" | "name" | "system" | "function">;

/** For a results folder: the samples themselves, so logs of a run and not of a year. */
export const recordOfLogs = ({ logs, series }: BootLogs, place: RecordPlace): SyscallRecord => {
  const notes = notesOf(logs);
  return {
    schema: "kalium-bench/syscalls@1",
    ...place,
    source: "boot-log",
    producer: producerOf(logs),
    calls: Object.fromEntries(series.filter(({ calls }) => calls.length > 0).map((one) => [one.name, columnsOf(one)])),
    malformedLines: malformedMeasurements(logs),
    ...(notes.length > 0 && { notes: [...notes] }),
  };
};

/** `paths`: `.boot` files, and folders of them. @throws {RecordError} unreadable, or without a measurement */
export const recordFromLogs = async (paths: readonly string[], place: RecordPlace): Promise<SyscallRecord> =>
  recordOfLogs(await readBootLogs(paths), place);

const columnsOf = ({ stages, calls }: Series): Record<string, number[]> =>
  Object.fromEntries(stages.map((stage, index) => [stage, column(calls, index)]));

function column(calls: Rows, index: number): number[] {
  const values: number[] = [];
  calls.forEach((row) => values.push(row[index] ?? NaN));
  return values;
}
