/**
 * A results folder: `run.json`, `latency.<label>.json` per measured function, `journal/<label>.jsonl`, and
 * `syscalls.<name>.json` where the stages of guarded calls were timed, `accuracy.json` where policies were learnt,
 * `load.<label>.json` and `journal/load/<label>.jsonl` where functions were measured under load, `density.<label>.json` where idle
 * instances were, `calls.<label>.json` where system calls of invocations were counted. The only thing that passes from measuring to drawing.
 */
import { mkdir, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { z } from "zod";
import { type AccuracyRecord, accuracyRecordSchema } from "./accuracy-record.ts";
import { refuseOverMemory } from "./fits-memory.ts";
import { digestsOfRecords, verifyLatency, verifyRecords } from "./integrity.ts";
import { parseAs, readJson, writeFileAtomic } from "./json-file.ts";
import { jsonPieces } from "./long-json.ts";
import { readJournal } from "./journal.ts";
import { hasBegun } from "./journal-lines.ts";
import { loadJournalPath, recordFromLoadJournal } from "./load-journal.ts";
import { type LoadRecord, loadRecordSchema } from "./load-record.ts";
import { recordFromJournal } from "./journal-record.ts";
import { type DensityRecord, densityRecordSchema } from "./density-record.ts";
import { type CallCountRecord, callCountRecordSchema } from "./call-count-record.ts";
import { RecordError, errnoOf, textOf } from "./record-error.ts";
import { type LatencyRecord, type RunRecord, latencyRecordSchema, runRecordSchema } from "./record.ts";
import { type SyscallRecord, syscallRecordSchema } from "./syscall-record.ts";
import { type SystemCallRecord, systemCallRecordSchema } from "./system-call-record.ts";

// What the measuring worker needs, under the one door that helpers/ may use.
export { recordFromJournal } from "./journal-record.ts";
export {
  type Journal,
  type JournalContents,
  type JournalEntry,
  type JournalFacts,
  openJournal,
  planHash,
  readJournal,
} from "./journal.ts";
export { hasBegun } from "./journal-lines.ts";
export { type LoadJournal, openLoadJournal, recordFromLoadJournal } from "./load-journal.ts";
export { startsOver } from "./starts-over.ts";
export { RecordError } from "./record-error.ts";
export { blockVoids, cellVoids } from "./voids.ts";

export interface Results {
  readonly folder: string;
  readonly run: RunRecord;
  /** One per measured function, sorted by label. */
  readonly latency: readonly LatencyRecord[];
  /** Sorted by name; mostly empty. */
  readonly syscalls: readonly SyscallRecord[];
  /** Of the load suite, sorted by label; mostly empty. */
  readonly load: readonly LoadRecord[];
  /** Of the density suite, sorted by label; mostly absent. */
  readonly density?: readonly DensityRecord[];
  /** Of the policy-accuracy suite; mostly absent. */
  readonly accuracy?: AccuracyRecord;
  /** Of the suite of system calls; mostly absent. */
  readonly systemCalls?: SystemCallRecord;
  /** System calls of functions' invocations, sorted by label; mostly absent. */
  readonly callCounts?: readonly CallCountRecord[];
  /** Where several folders are drawn as one: `run`, and what else is not said here, is of the first. */
  readonly combined?: {
    readonly folders: readonly string[];
    readonly load?: RunRecord;
    readonly density?: RunRecord;
    /** What the other runs differ in from the first, besides their results. */
    readonly differences: readonly string[];
  };
  /** Labels that were recovered from their journal: the run was cut while they were measured. */
  readonly recovered: readonly string[];
}

export const journalPath = (folder: string, label: string): string => join(folder, "journal", `${label}.jsonl`);

/** Creates `<root>/<runId>` with its `run.json`; returns the folder. @throws {RecordError} */
export async function createResults(root: string, run: RunRecord): Promise<string> {
  const folder = join(root, run.runId);
  try {
    await mkdir(join(folder, "journal"), { recursive: true });
  } catch (cause) {
    throw new RecordError(`cannot create the results folder ${folder}: ${textOf(cause)}`, {
      hint: "Make its parent writable, or set KALIUM_RESULTS to a folder that is.",
      cause,
    });
  }
  await writeRun(folder, run);
  return folder;
}

/** @throws {RecordError} */
export const writeRun = (folder: string, run: RunRecord): Promise<void> =>
  writeFileAtomic(join(folder, "run.json"), `${JSON.stringify(runRecordSchema.parse(run), null, 2)}\n`);

/** Writes how a run ended, and the digests of its records. @throws {RecordError} */
export async function sealRun(folder: string, changes: Partial<RunRecord>): Promise<void> {
  await writeRun(folder, { ...(await readRun(folder)), ...changes, records: await digestsOfRecords(folder) });
}

/** @throws {RecordError} */
export const readRun = (folder: string): Promise<RunRecord> => readJson(join(folder, "run.json"), runRecordSchema);

/** @throws {RecordError} */
export const writeLatency = (folder: string, record: LatencyRecord): Promise<void> =>
  writeFileAtomic(join(folder, `latency.${record.label}.json`), jsonPieces(record));

/** @throws {RecordError} also for a record that does not follow its schema: the guard writes it, nobody checks before */
export async function writeSyscalls(folder: string, record: SyscallRecord): Promise<void> {
  const file = `syscalls.${record.name}.json`;
  await writeFileAtomic(join(folder, file), `${JSON.stringify(parseAs(record, syscallRecordSchema, file))}\n`);
}

/** Returns its path. @throws {RecordError} */
export async function writeLoad(folder: string, record: LoadRecord): Promise<string> {
  const path = join(folder, `load.${record.label}.json`);
  await writeFileAtomic(path, jsonPieces(record));
  return path;
}

/** Returns its path. @throws {RecordError} also for a record that does not follow its schema */
export const writeDensity = (folder: string, record: DensityRecord): Promise<string> =>
  writeChecked(folder, `density.${record.label}.json`, record, densityRecordSchema);

export const accuracyPath = (folder: string): string => join(folder, "accuracy.json");

/** @throws {RecordError} also for a record that does not follow its schema */
export const writeAccuracy = (folder: string, record: AccuracyRecord): Promise<void> =>
  writeFileAtomic(accuracyPath(folder), `${JSON.stringify(parseAs(record, accuracyRecordSchema, "accuracy.json"))}\n`);

export const systemCallsPath = (folder: string): string => join(folder, "system-calls.json");

/** @throws {RecordError} also for a record that does not follow its schema */
export const writeSystemCalls = (folder: string, record: SystemCallRecord): Promise<void> =>
  writeFileAtomic(
    systemCallsPath(folder),
    `${JSON.stringify(parseAs(record, systemCallRecordSchema, "system-calls.json"))}\n`,
  );

/** Returns its path. @throws {RecordError} also for a record that does not follow its schema */
export const writeCallCounts = (folder: string, record: CallCountRecord): Promise<string> =>
  writeChecked(folder, `calls.${record.label}.json`, record, callCountRecordSchema);

async function writeChecked<T>(folder: string, file: string, record: T, schema: z.ZodType<T>): Promise<string> {
  const path = join(folder, file);
  await writeFileAtomic(path, `${JSON.stringify(parseAs(record, schema, file))}\n`);
  return path;
}

/**
 * Everything in a folder, functions that a crash cut off included.
 * @throws {RecordError} also where files do not match each other: `integrity.ts`
 */
export async function readResults(folder: string): Promise<Results> {
  const run = await readRun(folder);
  await verifyRecords(folder, run);
  const names = await readdir(folder);
  const listJournals = (...path: readonly string[]): Promise<string[]> =>
    readdir(join(folder, ...path)).catch((error: unknown) => {
      if (errnoOf(error) === "ENOENT") return [];
      throw error;
    });
  const journals = await listJournals("journal");
  const lone = journals.filter(
    (name) => name.endsWith(".jsonl") && !names.includes(`latency.${basename(name, ".jsonl")}.json`),
  );
  await refuseOverMemory(folder, [
    ...names.filter((name) => /^(latency|load)\..+\.json$/.test(name)).map((name) => join(folder, name)),
    ...lone.map((name) => join(folder, "journal", name)),
  ]);
  const readAll = async <T>(
    pattern: RegExp,
    schema: z.ZodType<T>,
    verify?: (name: string, record: T) => Promise<void>,
  ): Promise<T[]> => {
    const records: T[] = [];
    for (const name of names.filter((file) => pattern.test(file)).sort()) {
      const record = await readJson(join(folder, name), schema); // one at a time, for their texts
      await verify?.(name, record);
      records.push(record);
    }
    return records;
  };
  const records = await readAll(/^latency\..+\.json$/, latencyRecordSchema, (name, record) =>
    verifyLatency(folder, name, record, run),
  );
  const syscalls = await readAll(/^syscalls\..+\.json$/, syscallRecordSchema);
  const accuracy = names.includes("accuracy.json")
    ? await readJson(accuracyPath(folder), accuracyRecordSchema)
    : undefined;
  const systemCalls = names.includes("system-calls.json")
    ? await readJson(systemCallsPath(folder), systemCallRecordSchema)
    : undefined;
  const callCounts = await readAll(/^calls\..+\.json$/, callCountRecordSchema);
  const density = await readAll(/^density\..+\.json$/, densityRecordSchema);
  const load = await readAll(/^load\..+\.json$/, loadRecordSchema);
  const cut = (await listJournals("journal", "load")).map((name) => basename(name, ".jsonl"));
  for (const label of cut.filter((name) => load.every((record) => record.label !== name))) {
    if (!hasBegun(loadJournalPath(folder, label))) continue;
    const record = recordFromLoadJournal(folder, label);
    if (record.steps.length > 0) load.push(record);
  }
  const written = new Set(records.map(({ label }) => label));
  const recovered = journals
    .filter((name) => name.endsWith(".jsonl") && !written.has(basename(name, ".jsonl")))
    .map((name) => join(folder, "journal", name))
    .filter(hasBegun)
    .map((path) => readJournal(path))
    .filter(({ samples, voids }) => samples.length + voids.length > 0)
    .map((contents) => recordFromJournal(contents));
  const latency = [...records, ...recovered].sort((a, b) => a.label.localeCompare(b.label, "en"));
  return {
    folder,
    run,
    latency,
    syscalls,
    load: load.sort((a, b) => a.label.localeCompare(b.label, "en")),
    ...(accuracy && { accuracy }),
    ...(systemCalls && { systemCalls }),
    ...(callCounts.length > 0 && { callCounts }),
    ...(density.length > 0 && { density }),
    recovered: recovered.map(({ label }) => label),
  };
}

/**
 * The folder below `root` whose run started last and holds a record.
 * @param cut a run that was cut before its first record counts, too: it can be resumed
 * @throws {RecordError} there is none
 */
export async function latestResults(root: string, { cut = false }: { readonly cut?: boolean } = {}): Promise<string> {
  const latest = (await runsBelow(root, { cut })).at(-1);
  if (latest === undefined) {
    throw new RecordError(`there are no results under ${root}`, {
      hint: "Measure first with `npm run bench`, or name a results folder in KALIUM_RESULTS.",
    });
  }
  return latest.folder;
}

/**
 * Runs below `root` that hold a record, in the order in which they started.
 * @param cut those that were cut before their first record, too
 * @throws {RecordError} a broken `run.json`
 */
export async function runsBelow(
  root: string,
  { cut = false }: { readonly cut?: boolean } = {},
): Promise<readonly (Pick<RunRecord, "startedAt" | "outcome"> & { readonly folder: string })[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const runs = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => {
        const folder = join(root, name);
        const [files, ...journals] = await Promise.all(
          [folder, join(folder, "journal"), join(folder, "journal", "load")].map(listed),
        );
        const measured = [files ?? [], ...journals]
          .flat()
          .some((file) =>
            /^(latency|syscalls|load|density|calls)\.|^(accuracy|system-calls)\.json$|\.jsonl$/.test(file),
          );
        if (!files?.includes("run.json") || !(measured || cut)) return [];
        const { startedAt, outcome } = await readRun(folder);
        return measured || outcome === "interrupted" || outcome === "running" ? [{ folder, startedAt, outcome }] : [];
      }),
  );
  return runs.flat().sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}

const listed = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
