/** Results of the artifact as a results folder of ours: the door that the command `import` uses. */
import { randomBytes } from "node:crypto";
import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { findResultFiles } from "./interchange/find-result-files.ts";
import { importedRecords } from "./interchange/imported-records.ts";
import { systemNames } from "./interchange/places.ts";
import { type ReadResultFile, readResultFile } from "./interchange/read-result-file.ts";
import { RecordError, errnoOf, textOf } from "./records/record-error.ts";
import type { LatencyRecord, RunRecord } from "./records/record.ts";
import { createResults, sealRun, writeLatency } from "./records/store.ts";

export { systemNames as importableSystems } from "./interchange/places.ts";

export interface ImportRequest {
  /** Files, and folders of files or of `results_*` folders. */
  readonly sources: readonly string[];
  /** Whose results they are, instead of what the folders' and files' names say. */
  readonly system?: string | undefined;
  /** The results folder to make: absent or empty so far. Else one is made below `root`. */
  readonly folder?: string | undefined;
  readonly root: string;
}

export interface ImportAnswer {
  readonly folder: string;
  readonly records: readonly LatencyRecord[];
  readonly notes: readonly string[];
}

/** Of one message; more would hide the first. */
const shownProblems = 30;

/**
 * Reads everything, then writes everything: a results folder appears as a whole or not at all.
 * @throws {RecordError} naming each file and line that cannot be imported
 */
export async function importResults({ sources, system, folder, root }: ImportRequest): Promise<ImportAnswer> {
  if (folder !== undefined) await refuseFull(folder);
  const importedAt = new Date().toISOString();
  const stamp = importedAt.slice(0, 19).replaceAll(/[-:]/g, "");
  const runId = `${stamp}-imported-${randomBytes(2).toString("hex")}`;
  const found = await findResultFiles(sources, system);
  const read = await Promise.all(found.files.map(readResultFile));
  const files = read.filter((one): one is ReadResultFile => !Array.isArray(one));
  const { records, problems, notes } = importedRecords(files, { runId, importedAt });
  const all = [...found.problems, ...read.flatMap((one) => (Array.isArray(one) ? (one as string[]) : [])), ...problems];
  if (all.length > 0) throw refusal(all);
  const run: RunRecord = {
    schema: "kalium-bench/run@1",
    runId,
    startedAt: importedAt,
    endedAt: importedAt,
    outcome: "imported",
    settings: { imported: { sources, ...(system !== undefined && { system }), notes } },
    leftOut: [],
    environment: {},
  };
  return { folder: await writeWhole(folder ?? join(root, runId), run, records), records, notes };
}

async function writeWhole(folder: string, run: RunRecord, records: readonly LatencyRecord[]): Promise<string> {
  const temporary = join(dirname(folder), `.${basename(folder)}.${process.pid}.tmp`);
  try {
    const made = await createResults(temporary, run);
    for (const record of records) await writeLatency(made, record);
    await sealRun(made, {});
    await rename(made, folder);
    return folder;
  } catch (cause) {
    if (errnoOf(cause) === "E_RECORD") throw cause;
    throw new RecordError(`cannot write ${folder}: ${textOf(cause)}`, { hint: "Choose another --out", cause });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function refuseFull(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return [];
    throw new RecordError(`cannot import into ${folder}: ${textOf(error)}`, { hint: "Choose another --out" });
  });
  if (names.length > 0) {
    throw new RecordError(`cannot import into ${folder}: it is not empty`, { hint: "Choose another --out" });
  }
}

function refusal(problems: readonly string[]): RecordError {
  const more = problems.length - shownProblems;
  const shown = [...problems.slice(0, shownProblems), ...(more > 0 ? [`and ${more} more`] : [])];
  return new RecordError(`nothing was imported:\n${shown.join("\n")}`, {
    hint: `Correct or leave out these files; name single files or results_* folders, of ${systemNames.join(", ")}`,
  });
}
