/**
 * Lines of a journal: `{"crc":"0a1b2c3d","kind":...,"data":...}`, appended while something is measured, so that a crash
 * loses at most what was in flight. The checksum is the CRC-32 of everything after its comma. It continues that of the
 * line before, so that a missing, repeated or moved line does not match.
 */
import { type Hash, createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { z } from "zod";
import { chunksOfFile, eachLine, hasLine } from "./file-lines.ts";
import { parseAs } from "./json-file.ts";
import { RecordError } from "./record-error.ts";

/** Checksums before the first line, and of the journals of earlier versions, whose lines stand alone. */
const unchained = 0;

/** Whether its first line is there: it is made a moment before, when a run may be killed. */
export const hasBegun = (path: string): boolean => hasLine(chunksOfFile(path));

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

/** A line has a kilobyte; a power cut can leave zeros behind the last one. */
const longestLineBytes = 64 * 2 ** 20;

export interface DecodedLines {
  /** Bytes of a last line that was cut; 0 in a sound journal. */
  readonly tornBytes: number;
  /** What the next line's checksum starts from; 0 where lines stand alone. */
  readonly crc: number;
  readonly chained: boolean;
  /** Of all bytes, hexadecimal. */
  readonly sha256: string;
}

/**
 * Calls `onEntry` with each line's entry, in the order written; lines count from 1.
 * @param chainedSchema what the header's `schema` says where each line continues the checksum of the line before
 * @throws {RecordError} a line other than a last one that was cut is corrupt, missing or out of order
 */
export function decodeLines<T>(
  path: string,
  chunks: Iterable<Buffer>,
  { schema, chainedSchema }: { readonly schema: z.ZodType<T>; readonly chainedSchema: string },
  onEntry: (entry: T, line: number) => void,
): DecodedLines {
  const hash = createHash("sha256");
  let crc = unchained;
  let chained = false;
  let line = 0;
  const onLine = (bytes: Buffer): void => {
    const source = `${path} line ${++line}`;
    if (line === 1) chained = bytes.includes(`"schema":${JSON.stringify(chainedSchema)}`);
    const read = decode(bytes, source, crc);
    if (chained) crc = read.crc;
    onEntry(parseAs(read.value, schema, source), line);
  };
  const tornBytes = eachLine(hashed(chunks, hash), onLine, {
    longestBytes: longestLineBytes,
    onTooLong: () => {
      throw corrupt(`${path} line ${line + 1} is corrupt: it has more than ${longestLineBytes} bytes`);
    },
  });
  return { tornBytes, crc, chained, sha256: hash.digest("hex") };
}

function* hashed(chunks: Iterable<Buffer>, hash: Hash): Generator<Buffer> {
  for (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

const beforeRest = '{"crc":"00000000",'.length;

function decode(line: Buffer, source: string, previous: number): { readonly value: unknown; readonly crc: number } {
  const written = /^\{"crc":"([0-9a-f]{8})",$/.exec(line.toString("latin1", 0, beforeRest))?.[1];
  const crc = crc32(line.subarray(beforeRest), previous);
  if (written !== hex(crc)) throw corrupt(`${source} is corrupt: its checksum does not match`);
  return { value: JSON.parse(`{${line.toString("utf8", beforeRest)}`), crc };
}

const corrupt = (message: string): RecordError =>
  new RecordError(message, {
    hint: "Measure this function again: lines of its journal were changed, removed, repeated or moved.",
  });

const hex = (crc: number): string => crc.toString(16).padStart(8, "0");
