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
  /** Flushes to the disk. A killed process loses nothing without it, a power cut does. */
  sync(): void;
  /** Flushes and closes. Idempotent; what is appended later is dropped. */
  close(): void;
}

/** Opens for reading and appending; makes the folder. @throws {RecordError} the folder is not writable */
export function openJournalFile(path: string): JournalFile {
  const descriptor = open(path);
  let previous: number | undefined = 0;
  let isOpen = true;
  return {
    before: readFileSync(path),
    keep(bytes, next) {
      ftruncateSync(descriptor, bytes);
      previous = next;
    },
    append(kind, data) {
      if (!isOpen) return;
      const { line, crc } = encodeLine(kind, data, previous ?? 0);
      writeWhole(path, descriptor, Buffer.from(line));
      if (previous !== undefined) previous = crc;
    },
    sync() {
      if (isOpen) fdatasyncSync(descriptor);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      fdatasyncSync(descriptor);
      closeSync(descriptor);
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
    throw new RecordError(`cannot write ${path}: ${textOf(cause)}`, { hint, cause });
  }
}

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
