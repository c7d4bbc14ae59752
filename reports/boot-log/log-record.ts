import type { SyscallRecord } from "../records/syscall-record.ts";
import type { Rows } from "../records/syscall-rows.ts";
import type { Series } from "../records/syscall-stages.ts";
import { malformedMeasurements, notesOf, producerOf } from "./log-document.ts";
import { type BootLogs, hasCalls, readSandboxes } from "./read-logs.ts";

/** Where the record belongs. `name`: its file is `syscalls.<name>.json`. */
export type RecordPlace = Pick<SyscallRecord, "runId" | "name" | "system" | "function" | "invocations">;

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

/**
 * Of the logs that a run has kept, without calls that the guard skipped: those are of the watchdog, which is in the same
 * sandbox and asks the function over the loopback. `undefined`: the guard timed no other call.
 * @throws {RecordError} unreadable
 */
export async function recordFromLogs(paths: readonly string[], place: RecordPlace): Promise<SyscallRecord | undefined> {
  const logs = await readSandboxes(paths, { guardedOnly: true });
  return hasCalls(logs) ? recordOfLogs(logs, place) : undefined;
}

const columnsOf = ({ stages, calls }: Series): Record<string, number[]> =>
  Object.fromEntries(stages.map((stage, index) => [stage, column(calls, index)]));

function column(calls: Rows, index: number): number[] {
  const values: number[] = [];
  calls.forEach((row) => values.push(row[index] ?? NaN));
  return values;
}
