import { dirname } from "node:path";
import { recordFromJournal } from "../records/journal-record.ts";
import { readJournal } from "../records/journal.ts";
import { RecordError } from "../records/record-error.ts";
import type { LatencyRecord } from "../records/record.ts";
import { writeLatency } from "../records/store.ts";

export interface Accepted {
  /** The results folder. */
  readonly folder: string;
  readonly record: LatencyRecord;
}

/**
 * Checks the journal that a test delivers and writes its record. `undefined` when it holds no call: the test failed
 * before it could measure.
 * @throws {RecordError} the journal is not the one that was closed, or the record cannot be written
 */
export async function acceptJournal(path: string, sha256: string): Promise<Accepted | undefined> {
  const contents = readJournal(path);
  if (contents.sha256 !== sha256) {
    throw new RecordError(`${path} has SHA-256 ${contents.sha256}, the test announced ${sha256}`, {
      hint: "Measure this function again: something else wrote to its journal.",
    });
  }
  if (contents.samples.length === 0) return undefined;
  const folder = dirname(dirname(path));
  const record = recordFromJournal(contents);
  await writeLatency(folder, record);
  return { folder, record };
}
