/** A file of journal lines that is open for appending. */
import { createHash } from "node:crypto";
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { encodeLine } from "./journal-lines.ts";
import { RecordError, errnoOf, textOf } from "./record-error.ts";

export interface JournalFile {
  /** All that was there when it was opened. */
  readonly before: Buffer;
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
  const before = readFileSync(path);
  let length = before.length;
  return {
    before,
    keep(bytes, next) {
      ftruncateSync(descriptor, bytes);
      length = bytes;
      previous = next;
    },
    append(kind, data) {
      if (!isOpen) return;
      const { line, crc } = encodeLine(kind, data, previous ?? 0);
      const bytes = Buffer.from(line);
      writeWhole(path, descriptor, bytes);
      length += bytes.length;
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
        return (digest = sha256Of(readWhole(descriptor, length)));
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
function readWhole(descriptor: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let read = 0; read < length;) {
    const more = readSync(descriptor, bytes, read, length - read, read);
    if (more === 0) return bytes.subarray(0, read);
    read += more;
  }
  return bytes;
}

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
