/** A file of journal lines that is open for appending. */
import { createHash } from "node:crypto";
import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { chunksOf } from "./file-lines.ts";
import { encodeLine } from "./journal-lines.ts";
import { RecordError, errnoOf, textOf } from "./record-error.ts";

export interface JournalFile {
  /** Length of what was there when it was opened, and its bytes; a chunk is only valid until the next one is asked for. */
  readonly before: { readonly bytes: number; readonly chunks: () => Iterable<Buffer> };
  /** Removes everything behind the first `bytes`. @param next what the next line's checksum starts from; absent: lines stand alone */
  keep(bytes: number, next: number | undefined): void;
  /**
   * Writes a line: about 10 us. A line that the disk does not take whole is taken back.
   * @throws {RecordError} that names the file and the reason
   */
  append(kind: string, data: unknown): void;
  /**
   * Flushes to the disk. A killed process loses nothing without it, a power cut does.
   * @throws {RecordError} somebody else has removed the file, or changed its length
   */
  sync(): void;
  /**
   * Flushes and closes; the answer is the SHA-256 of the whole file. Idempotent; what is appended later is dropped.
   * @throws {RecordError} as `sync`
   */
  close(): string;
}

/** Opens for reading and appending; makes the folder. @throws {RecordError} the folder is not writable */
export function openJournalFile(path: string): JournalFile {
  const descriptor = open(path);
  let previous: number | undefined = 0;
  let isOpen = true;
  let digest = "";
  const bytes = fstatSync(descriptor).size;
  let length = bytes;
  return {
    before: { bytes, chunks: () => chunksOf(descriptor, bytes) },
    keep(kept, next) {
      ftruncateSync(descriptor, kept);
      length = kept;
      previous = next;
    },
    append(kind, data) {
      if (!isOpen) return;
      const { line, crc } = encodeLine(kind, data, previous ?? 0);
      const encoded = Buffer.from(line);
      writeWhole(path, descriptor, encoded);
      length += encoded.length;
      if (previous !== undefined) previous = crc;
    },
    sync() {
      if (!isOpen) return;
      fdatasyncSync(descriptor);
      refuseChanged(path, descriptor, length);
    },
    close() {
      if (!isOpen) return digest;
      isOpen = false;
      try {
        fdatasyncSync(descriptor);
        refuseChanged(path, descriptor, length);
        return (digest = sha256Of(chunksOf(descriptor, length)));
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

function open(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, "a+", 0o644);
  } catch (cause) {
    throw new RecordError(`cannot write ${path}: ${textOf(cause)}`, {
      hint: `Make ${dirname(path)} writable or choose another results folder.`,
      cause,
    });
  }
}

function refuseChanged(path: string, descriptor: number, length: number): void {
  const { size, nlink } = fstatSync(descriptor);
  if (size === length && nlink > 0) return;
  const isGone = nlink === 0;
  const what = isGone ? "was removed" : `was changed: it has ${size} bytes, and ${length} were written`;
  throw new RecordError(`${path} ${what} while the run wrote to it`, {
    hint: isGone
      ? "Measure this function again: `npm run resume`, or `npm run bench` where the whole folder is gone."
      : "Remove this file, then measure its function again: `npm run resume`.",
    endsRun: true,
  });
}

/** A full disk takes a part of a line first, and only then refuses the rest. */
function writeWhole(path: string, descriptor: number, line: Buffer): void {
  let written = 0;
  try {
    while (written < line.length) written += writeSync(descriptor, line, written);
  } catch (cause) {
    if (written > 0) ftruncateSync(descriptor, fstatSync(descriptor).size - written);
    const hint =
      errnoOf(cause) === "ENOSPC" || errnoOf(cause) === "EDQUOT"
        ? "Free space on this disk, then resume the run: all finished calls are kept."
        : `Check the disk of ${dirname(path)}, then resume the run: all finished calls are kept.`;
    throw new RecordError(`cannot write ${path}: ${textOf(cause)}`, { hint, cause, endsRun: true });
  }
}

/** By the descriptor that is open: where the process may open no further one, this still works. */
function sha256Of(chunks: Iterable<Buffer>): string {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}
