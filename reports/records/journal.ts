/**
 * The journal of one measured function: append-only JSON lines, written while it is measured, so that a crash loses
 * at most the call in flight. Line 1 is the header.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { chunksOfFile, hasLine } from "./file-lines.ts";
import { type JournalFile, openJournalFile } from "./journal-file.ts";
import { decodeLines } from "./journal-lines.ts";
import { existingFolder } from "./json-file.ts";
import { RecordError, errnoOf, textOf } from "./record-error.ts";
import {
  type Flag,
  type Floor,
  type LatencyRecord,
  type Sample,
  type Stop,
  type Void,
  latencyRecordSchema,
  sampleSchema,
} from "./record.ts";

/** What is known of a function's measurement before its first call. */
const factsSchema = latencyRecordSchema.pick({
  runId: true,
  startedAt: true,
  flow: true,
  label: true,
  starred: true,
  application: true,
  picture: true,
  baseline: true,
  watchdog: true,
  systems: true,
  plan: true,
});
/** Version 1 had lines that stand alone. */
const chainedSchema = "kalium-bench/journal@2";
const headerSchema = factsSchema.extend({
  schema: z.enum(["kalium-bench/journal@1", chainedSchema]),
  planHash: z.string().min(1),
});
const entrySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("header"), data: headerSchema }),
  z.strictObject({ kind: z.literal("sample"), data: sampleSchema }),
  z.strictObject({ kind: z.literal("proof"), data: latencyRecordSchema.shape.proofs.element }),
  z.strictObject({ kind: z.literal("block"), data: latencyRecordSchema.shape.blocks.element }),
  z.strictObject({ kind: z.literal("void"), data: latencyRecordSchema.shape.voids.unwrap().element }),
  z.strictObject({ kind: z.literal("flag"), data: latencyRecordSchema.shape.flags.unwrap().element }),
  z.strictObject({ kind: z.literal("floor"), data: latencyRecordSchema.shape.floors.unwrap().element }),
  z.strictObject({ kind: z.literal("size"), data: latencyRecordSchema.shape.sized.unwrap() }),
  z.strictObject({ kind: z.literal("look"), data: z.strictObject({ blocks: z.number().int().nonnegative() }) }),
  z.strictObject({ kind: z.literal("stop"), data: latencyRecordSchema.shape.stopped.unwrap() }),
  z.strictObject({ kind: z.literal("end"), data: z.strictObject({ endedAt: z.iso.datetime() }) }),
]);

export type JournalFacts = z.infer<typeof factsSchema>;
export type JournalHeader = z.infer<typeof headerSchema>;
export type JournalEntry = Exclude<z.infer<typeof entrySchema>, { kind: "header" }>;

export interface JournalContents {
  readonly header: JournalHeader;
  /** In the order written. */
  readonly samples: readonly Sample[];
  readonly proofs: LatencyRecord["proofs"];
  readonly blocks: LatencyRecord["blocks"];
  readonly voids: readonly Void[];
  readonly flags: readonly Flag[];
  readonly floors: readonly Floor[];
  /** Finished blocks when its results had been looked at and it was measured further. */
  readonly looks: readonly number[];
  /** Rounds of each block, where the first block chose them. */
  readonly sized: LatencyRecord["sized"];
  readonly stopped: Stop | undefined;
  /** Absent while the function is being measured, and after a crash. */
  readonly endedAt: string | undefined;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  /** Bytes of a last line that was cut by a crash; 0 in a sound journal. */
  readonly tornBytes: number;
}

export interface Journal {
  readonly path: string;
  /** What was there before: an interrupted measurement of the same plan is continued, in a new block. */
  readonly resumed: JournalContents | undefined;
  /** One `write` call, about 10 us. Call it between calls, never inside a timed one. */
  append(entry: JournalEntry): void;
  /** Flushes to the disk: once per round is enough. A killed process loses nothing without it, a power cut does. */
  sync(): void;
  /** Closes; the answer is what `recordLatency` sends to the reporter. Idempotent. */
  close(): { readonly path: string; readonly sha256: string };
}

/** Identifies the experiment: two journals with the same hash may be merged, others never. */
export const planHash = ({ flow, label, baseline, systems, plan, application }: JournalFacts): string =>
  createHash("sha256")
    .update(JSON.stringify([flow, label, baseline, systems, plan, ...(application ? [application.sha256] : [])]))
    .digest("hex");

/**
 * Creates the journal, or continues one of the same plan after cutting a torn last line.
 * @throws {RecordError} the folder is not writable, or the file belongs to another plan
 */
export function openJournal(path: string, facts: JournalFacts): Journal {
  const header: JournalHeader = { schema: chainedSchema, planHash: planHash(facts), ...facts };
  const file = openJournalFile(path);
  let resumed: JournalContents | undefined;
  try {
    resumed = resume(path, file, header);
    if (resumed === undefined) file.append("header", header);
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    path,
    resumed,
    append: ({ kind, data }) => file.append(kind, data),
    sync: () => file.sync(),
    close: () => ({ path, sha256: file.close() }),
  };
}

function resume(path: string, file: JournalFile, header: JournalHeader): JournalContents | undefined {
  if (!hasLine(file.before.chunks())) {
    file.keep(0, 0); // new, or cut within the header: nothing was measured
    return undefined;
  }
  const { contents, next } = parseJournal(path, file.before.chunks());
  if (contents.header.planHash !== header.planHash) {
    const changed = (["flow", "label", "baseline", "systems", "plan"] as const).filter(
      (key) => JSON.stringify(contents.header[key]) !== JSON.stringify(header[key]),
    );
    throw new RecordError(`${path} belongs to another experiment: ${changed.join(", ")} differ`, {
      hint: "Continue with the settings it was started with, or use a new results folder.",
    });
  }
  file.keep(file.before.bytes - contents.tornBytes, next);
  return contents;
}

/**
 * @param ended read only what was there when its digest was this: an unfinished run appends to it
 * @throws {RecordError} absent, corrupt anywhere but in a torn last line, or it never had that digest
 */
export function readJournal(path: string, ended?: string): JournalContents {
  try {
    return parseJournal(path, chunksOfFile(path, ended === undefined ? undefined : lengthWhen(ended, path))).contents;
  } catch (cause) {
    if (errnoOf(cause) === "E_RECORD") throw cause;
    throw new RecordError(`cannot read ${path}: ${textOf(cause)}`, { hint: existingFolder, cause });
  }
}

/** Of the whole lines that had this digest; mostly all. */
function lengthWhen(digest: string, path: string): number {
  const whole = createHash("sha256");
  for (const chunk of chunksOfFile(path)) whole.update(chunk);
  if (whole.digest("hex") === digest) return Infinity;
  const hash = createHash("sha256");
  let length = 0;
  for (const chunk of chunksOfFile(path)) {
    for (let start = 0; start < chunk.length;) {
      const end = chunk.indexOf("\n", start) + 1 || chunk.length;
      hash.update(chunk.subarray(start, end));
      length += end - start;
      start = end;
      if (hash.copy().digest("hex") === digest) return length;
    }
  }
  throw new RecordError(`${path} was changed: it never had the digest ${digest}`);
}

/** Its contents, and what the next line's checksum starts from: absent where lines stand alone. */
function parseJournal(path: string, chunks: Iterable<Buffer>): { contents: JournalContents; next: number | undefined } {
  let header: JournalHeader | undefined;
  const samples: Sample[] = [];
  const proofs: LatencyRecord["proofs"] = [];
  const blocks: LatencyRecord["blocks"] = [];
  const voids: Void[] = [];
  const flags: Flag[] = [];
  const floors: Floor[] = [];
  const looks: number[] = [];
  let sized: LatencyRecord["sized"];
  let stopped: Stop | undefined;
  let endedAt: string | undefined;
  const onEntry = (entry: z.infer<typeof entrySchema>, line: number): void => {
    if (line === 1 && entry.kind !== "header") throw new RecordError(`${path} line 1 is not a journal header`);
    if (line > 1 && entry.kind === "header") throw new RecordError(`${path} line ${line} is a second header`);
    if (entry.kind === "sample") samples.push(entry.data);
    else if (entry.kind === "header") header = entry.data;
    else if (entry.kind === "proof") proofs.push(entry.data);
    else if (entry.kind === "block") blocks.push(entry.data);
    else if (entry.kind === "void") voids.push(entry.data);
    else if (entry.kind === "flag") flags.push(entry.data);
    else if (entry.kind === "floor") floors.push(entry.data);
    else if (entry.kind === "size") sized = entry.data;
    else if (entry.kind === "look") {
      looks.push(entry.data.blocks);
      stopped = endedAt = undefined; // it is measured further
    } else if (entry.kind === "stop") stopped = entry.data;
    else endedAt = entry.data.endedAt;
  };
  const { sha256, tornBytes, crc, chained } = decodeLines(
    path,
    chunks,
    { schema: entrySchema, chainedSchema },
    onEntry,
  );
  if (header === undefined) throw new RecordError(`${path} line 1 is not a journal header`);
  const lists = { samples, proofs, blocks, voids, flags, floors, looks };
  const contents = { header, ...lists, sized, stopped, endedAt, sha256, tornBytes };
  return { contents, next: chained ? crc : undefined };
}
