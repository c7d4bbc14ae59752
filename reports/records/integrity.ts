/**
 * Whether a results folder is as it was written: `run.json` has the digest of every record, each record has that of its
 * journal. It finds what was changed by hand or by accident; who rewrites all three is not found.
 */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isDeepStrictEqual } from "node:util";
import { readJournal } from "./journal.ts";
import { recordFromJournal } from "./journal-record.ts";
import { RecordError } from "./record-error.ts";
import type { LatencyRecord, RunRecord } from "./record.ts";

const recordFile = /^(latency|syscalls|load|density|calls)\..+\.json$|^(accuracy|system-calls)\.json$/;

/** SHA-256 of each record in the folder, by file name. */
export async function digestsOfRecords(folder: string): Promise<NonNullable<RunRecord["records"]>> {
  const names = (await readdir(folder)).filter((name) => recordFile.test(name)).sort();
  const digests: Record<string, string> = {};
  for (const name of names) digests[name] = await digestOf(join(folder, name));
  return digests;
}

/** Records as they were when the run ended. @throws {RecordError} one was changed or removed since */
export async function verifyRecords(folder: string, { records = {} }: RunRecord): Promise<void> {
  for (const [name, digest] of Object.entries(records)) {
    const path = join(folder, name);
    if (!existsSync(path)) throw altered(`${path} is missing, and run.json lists it`);
    if ((await digestOf(path)) !== digest)
      throw altered(`${path} was changed after the run: its digest does not match`);
  }
}

/**
 * A function's record beside what stands around it. Without digests in `run.json`, as after a crash and from earlier
 * versions, every call is compared with the journal.
 * @throws {RecordError} it belongs to another run or another function, or does not match its journal
 */
export async function verifyLatency(
  folder: string,
  name: string,
  record: LatencyRecord,
  run: RunRecord,
): Promise<void> {
  const path = join(folder, name);
  if (name !== `latency.${record.label}.json`) throw altered(`${path} holds the record of ${record.label}`);
  if (record.runId !== run.runId) throw altered(`${path} belongs to run ${record.runId}, not to ${run.runId}`);
  if (record.journal === undefined) return;
  const journal = join(folder, "journal", basename(record.journal.path));
  if (!existsSync(journal)) return; // moved elsewhere to save space; the record is then the only copy
  const { sha256 } = record.journal;
  if (run.records?.[name] !== undefined) {
    if ((await digestOf(journal)) !== sha256)
      throw altered(`${journal} was changed after the run: ${name} has another digest of it`);
    return;
  }
  // It may have been cut while it was measured further.
  if (!isDeepStrictEqual(record, recordFromJournal(readJournal(journal, sha256)))) {
    throw altered(`${path} was changed after the run: it does not match ${journal}`);
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

const altered = (message: string): RecordError =>
  new RecordError(message, { hint: "Restore the results folder from a copy, or measure again." });
