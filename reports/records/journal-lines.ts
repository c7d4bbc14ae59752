/**
 * Lines of a journal: `{"crc":"0a1b2c3d","kind":...,"data":...}`, appended while something is measured, so that a crash
 * loses at most what was in flight. The checksum is the CRC-32 of everything after its comma. It continues that of the
 * line before, so that a missing, repeated or moved line does not match.
 */
import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { z } from "zod";
import { parseAs } from "./json-file.ts";
import { RecordError } from "./record-error.ts";

/** Checksums before the first line, and of the journals of earlier versions, whose lines stand alone. */
const unchained = 0;

/** Whether its first line is there: it is made a moment before, when a run may be killed. */
export const hasBegun = (path: string): boolean => readFileSync(path).includes("\n");

/** One line with its newline. @param previous the checksum of the line before; 0 for the first */
export function encodeLine(
  kind: string,
  data: unknown,
  previous: number,
): { readonly line: string; readonly crc: number } {
  const rest = `"kind":"${kind}","data":${JSON.stringify(data)}}`;
  const crc = crc32(rest, previous);
  return { line: `{"crc":"${hex(crc)}",${rest}\n`, crc };
}

export interface DecodedLines<T> {
  /** In the order written. */
  readonly entries: readonly T[];
  /** Bytes of a last line that was cut; 0 in a sound journal. */
  readonly tornBytes: number;
  /** What the next line's checksum starts from; 0 where lines stand alone. */
  readonly crc: number;
  readonly chained: boolean;
}

/**
 * @param chainedSchema what the header's `schema` says where each line continues the checksum of the line before
 * @throws {RecordError} a line other than a last one that was cut is corrupt, missing or out of order
 */
export function decodeLines<T>(
  path: string,
  bytes: Buffer,
  { schema, chainedSchema }: { readonly schema: z.ZodType<T>; readonly chainedSchema: string },
): DecodedLines<T> {
  const end = bytes.lastIndexOf("\n") + 1;
  const lines = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
  const chained = lines[0]?.includes(`"schema":${JSON.stringify(chainedSchema)}`) ?? false;
  let crc = unchained;
  const entries = lines.map((line, index) => {
    const read = decode(line, `${path} line ${index + 1}`, crc);
    if (chained) crc = read.crc;
    return parseAs(read.value, schema, `${path} line ${index + 1}`);
  });
  return { entries, tornBytes: bytes.length - end, crc, chained };
}

function decode(line: string, source: string, previous: number): { readonly value: unknown; readonly crc: number } {
  const match = /^\{"crc":"([0-9a-f]{8})",(.*)$/s.exec(line);
  const [, written, rest = ""] = match ?? [];
  const crc = crc32(rest, previous);
  if (written !== hex(crc)) {
    throw new RecordError(`${source} is corrupt: its checksum does not match`, {
      hint: "Measure this function again: lines of its journal were changed, removed, repeated or moved.",
    });
  }
  return { value: JSON.parse(`{${rest}`), crc };
}

const hex = (crc: number): string => crc.toString(16).padStart(8, "0");
