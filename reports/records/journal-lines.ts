/**
 * Lines of a journal: `{"crc":"0a1b2c3d","kind":...,"data":...}`, appended while something is measured, so that a crash
 * loses at most what was in flight. The checksum is the CRC-32 of everything after its comma.
 */
import { createHash } from "node:crypto";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import type { z } from "zod";
import { parseAs } from "./json-file.ts";
import { RecordError, textOf } from "./record-error.ts";

/** Opens for reading and appending; makes the folder. @throws {RecordError} */
export function openForAppend(path: string): number {
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

/** Whether its first line is there: it is made a moment before, when a run may be killed. */
export const hasBegun = (path: string): boolean => readFileSync(path).includes("\n");

export function encodeLine(kind: string, data: unknown): string {
  const rest = `"kind":"${kind}","data":${JSON.stringify(data)}}`;
  return `{"crc":"${checksum(rest)}",${rest}\n`;
}

/** Its entries in order, without a last line that was cut. @throws {RecordError} any other line is corrupt */
export function decodeLines<T>(path: string, bytes: Buffer, schema: z.ZodType<T>): { entries: T[]; tornBytes: number } {
  const end = bytes.lastIndexOf("\n") + 1;
  const lines = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
  const entries = lines.map((line, index) => decode(line, `${path} line ${index + 1}`, schema));
  return { entries, tornBytes: bytes.length - end };
}

function decode<T>(line: string, source: string, schema: z.ZodType<T>): T {
  const match = /^\{"crc":"([0-9a-f]{8})",(.*)$/s.exec(line);
  const [, crc, rest] = match ?? [];
  if (rest === undefined || checksum(rest) !== crc) {
    throw new RecordError(`${source} is corrupt: its checksum does not match`, {
      hint: "Measure this function again: its journal was changed after it was written.",
    });
  }
  return parseAs(JSON.parse(`{${rest}`), schema, source);
}

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, "0");
