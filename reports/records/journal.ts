/**
 * The journal of one measured function: append-only JSON lines, written while it is measured, so that a crash loses
 * at most the call in flight. Line 1 is the header. Every line carries the CRC-32 of what follows its checksum.
 */
import { createHash } from "node:crypto";
import { closeSync, fdatasyncSync, ftruncateSync, readFileSync, writeSync } from "node:fs";
import { z } from "zod";
import { decodeLines, encodeLine, openForAppend, sha256Of } from "./journal-lines.ts";
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
  picture: true,
  baseline: true,
  watchdog: true,
  systems: true,
  plan: true,
});
const headerSchema = factsSchema.extend({ schema: z.literal("kalium-bench/journal@1"), planHash: z.string().min(1) });
const entrySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("header"), data: headerSchema }),
  z.strictObject({ kind: z.literal("sample"), data: sampleSchema }),
  z.strictObject({ kind: z.literal("proof"), data: latencyRecordSchema.shape.proofs.element }),
  z.strictObject({ kind: z.literal("block"), data: latencyRecordSchema.shape.blocks.element }),
  z.strictObject({ kind: z.literal("void"), data: latencyRecordSchema.shape.voids.unwrap().element }),
  z.strictObject({ kind: z.literal("flag"), data: latencyRecordSchema.shape.flags.unwrap().element }),
  z.strictObject({ kind: z.literal("floor"), data: latencyRecordSchema.shape.floors.unwrap().element }),
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
export const planHash = ({ flow, label, baseline, systems, plan }: JournalFacts): string =>
  createHash("sha256")
    .update(JSON.stringify([flow, label, baseline, systems, plan]))
    .digest("hex");

/**
 * Creates the journal, or continues one of the same plan after cutting a torn last line.
 * @throws {RecordError} the folder is not writable, or the file belongs to another plan
 */
export function openJournal(path: string, facts: JournalFacts): Journal {
  const header: JournalHeader = { schema: "kalium-bench/journal@1", planHash: planHash(facts), ...facts };
  const descriptor = openForAppend(path);
  const append = (line: string): void => void writeSync(descriptor, line);
  let resumed: JournalContents | undefined;
  try {
    resumed = resume(path, descriptor, header);
    if (resumed === undefined) append(encodeLine("header", header));
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  let closed: { path: string; sha256: string } | undefined;
  return {
    path,
    resumed,
    append: ({ kind, data }) => append(encodeLine(kind, data)),
    sync: () => fdatasyncSync(descriptor),
    close: () => {
      if (closed === undefined) {
        fdatasyncSync(descriptor);
        closeSync(descriptor);
        closed = { path, sha256: sha256Of(readFileSync(path)) };
      }
      return closed;
    },
  };
}

function resume(path: string, descriptor: number, header: JournalHeader): JournalContents | undefined {
  const bytes = readFileSync(path);
  if (!bytes.includes("\n")) {
    ftruncateSync(descriptor, 0); // new, or cut within the header: nothing was measured
    return undefined;
  }
  const contents = parseJournal(path, bytes);
  if (contents.header.planHash !== header.planHash) {
    const changed = (["flow", "label", "baseline", "systems", "plan"] as const).filter(
      (key) => JSON.stringify(contents.header[key]) !== JSON.stringify(header[key]),
    );
    throw new RecordError(`${path} belongs to another experiment: ${changed.join(", ")} differ`, {
      hint: "Continue with the settings it was started with, or use a new results folder.",
    });
  }
  if (contents.tornBytes > 0) ftruncateSync(descriptor, bytes.length - contents.tornBytes);
  return contents;
}

/** @throws {RecordError} absent, or corrupt anywhere but in a torn last line */
export function readJournal(path: string): JournalContents {
  try {
    return parseJournal(path, readFileSync(path));
  } catch (cause) {
    if (errnoOf(cause) === "E_RECORD") throw cause;
    throw new RecordError(`cannot read ${path}: ${textOf(cause)}`, { hint: "Name an existing results folder.", cause });
  }
}

function parseJournal(path: string, bytes: Buffer): JournalContents {
  const { entries, tornBytes } = decodeLines(path, bytes, entrySchema);
  const [first, ...rest] = entries;
  if (first?.kind !== "header") throw new RecordError(`${path} line 1 is not a journal header`);
  const samples: Sample[] = [];
  const proofs: LatencyRecord["proofs"] = [];
  const blocks: LatencyRecord["blocks"] = [];
  const voids: Void[] = [];
  const flags: Flag[] = [];
  const floors: Floor[] = [];
  const looks: number[] = [];
  let stopped: Stop | undefined;
  let endedAt: string | undefined;
  rest.forEach((entry, index) => {
    if (entry.kind === "header") throw new RecordError(`${path} line ${index + 2} is a second header`);
    if (entry.kind === "sample") samples.push(entry.data);
    else if (entry.kind === "proof") proofs.push(entry.data);
    else if (entry.kind === "block") blocks.push(entry.data);
    else if (entry.kind === "void") voids.push(entry.data);
    else if (entry.kind === "flag") flags.push(entry.data);
    else if (entry.kind === "floor") floors.push(entry.data);
    else if (entry.kind === "look") {
      looks.push(entry.data.blocks);
      stopped = endedAt = undefined; // it is measured further
    } else if (entry.kind === "stop") stopped = entry.data;
    else endedAt = entry.data.endedAt;
  });
  const lists = { samples, proofs, blocks, voids, flags, floors, looks };
  return { header: first.data, ...lists, stopped, endedAt, sha256: sha256Of(bytes), tornBytes };
}
