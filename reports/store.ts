/**
 * A results folder: `run.json`, `latency.<label>.json` per measured function, `journal/<label>.jsonl`.
 * The only thing that passes from measuring to drawing.
 */
import { mkdir, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { readJson, writeFileAtomic } from "./json-file.ts";
import { readJournal } from "./journal.ts";
import { recordFromJournal } from "./journal-record.ts";
import { RecordError, errnoOf, textOf } from "./record-error.ts";
import { type LatencyRecord, type RunRecord, latencyRecordSchema, runRecordSchema } from "./record.ts";

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
export { RecordError } from "./record-error.ts";
export { blockVoids, cellVoids } from "./voids.ts";

export interface Results {
  readonly folder: string;
  readonly run: RunRecord;
  /** One per measured function, sorted by label. */
  readonly latency: readonly LatencyRecord[];
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
      hint: "make its parent writable, or set KALIUM_RESULTS to a folder that is",
      cause,
    });
  }
  await writeRun(folder, run);
  return folder;
}

/** @throws {RecordError} */
export const writeRun = (folder: string, run: RunRecord): Promise<void> =>
  writeFileAtomic(join(folder, "run.json"), `${JSON.stringify(runRecordSchema.parse(run), null, 2)}\n`);

/** @throws {RecordError} */
export const readRun = (folder: string): Promise<RunRecord> => readJson(join(folder, "run.json"), runRecordSchema);

/** @throws {RecordError} */
export const writeLatency = (folder: string, record: LatencyRecord): Promise<void> =>
  writeFileAtomic(join(folder, `latency.${record.label}.json`), `${JSON.stringify(record)}\n`);

/** Everything in a folder, functions that a crash cut off included. @throws {RecordError} */
export async function readResults(folder: string): Promise<Results> {
  const run = await readRun(folder);
  const names = await readdir(folder);
  const journals = await readdir(join(folder, "journal")).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  });
  const records: LatencyRecord[] = [];
  for (const name of names.filter((file) => /^latency\..+\.json$/.test(file))) {
    records.push(await readJson(join(folder, name), latencyRecordSchema)); // one at a time: a text is ten megabytes
  }
  const written = new Set(records.map(({ label }) => label));
  const recovered = journals
    .filter((name) => name.endsWith(".jsonl") && !written.has(basename(name, ".jsonl")))
    .map((name) => readJournal(join(folder, "journal", name)))
    .filter(({ samples, voids }) => samples.length + voids.length > 0)
    .map((contents) => recordFromJournal(contents));
  const latency = [...records, ...recovered].sort((a, b) => a.label.localeCompare(b.label, "en"));
  return { folder, run, latency, recovered: recovered.map(({ label }) => label) };
}

/** The folder below `root` whose run started last and holds a record. @throws {RecordError} there is none */
export async function latestResults(root: string): Promise<string> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const candidates = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => {
        const folder = join(root, name);
        const [files, journals] = await Promise.all([folder, join(folder, "journal")].map(listed));
        const measured = [...(files ?? []), ...(journals ?? [])].some((file) => /^latency\.|\.jsonl$/.test(file));
        return files?.includes("run.json") && measured
          ? [{ folder, startedAt: (await readRun(folder)).startedAt }]
          : [];
      }),
  );
  const latest = candidates
    .flat()
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
    .at(-1);
  if (latest === undefined) {
    throw new RecordError(`there are no results under ${root}`, {
      hint: "measure first with `npm run bench`, or name a results folder in KALIUM_RESULTS",
    });
  }
  return latest.folder;
}

const listed = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
