/** Durations of many calls, ns, in their order: a row per call, a column per stage. */
import { createNumberReader, longestNumberBytes, writeNumber } from "./packed-numbers.ts";

export interface Rows {
  readonly length: number;
  /** `row` is the same array each time, filled again. */
  readonly forEach: (visit: (row: Float64Array) => void) => void;
  readonly forEachOf: (column: number, visit: (ns: number) => void) => void;
}

export interface RowTable extends Rows {
  /** Copies the first `width` values of `row`: integers from 0 to 2^53 - 1. */
  readonly push: (row: Float64Array) => void;
}

const smallestChunkRows = 64;
const largestChunkRows = 4_096;

/**
 * Exact in some 18 bytes for a guarded call, where numbers take 56: four million calls, a log of a gigabyte, must fit
 * beside the program in 200 MB. Each column is packed by itself, so that one can be read without the others.
 */
export function createRowTable(width: number): RowTable {
  const full: (readonly Uint8Array[])[] = []; // per chunk, a packed column each
  let open: readonly Uint8Array[] = [];
  const used = new Uint32Array(width);
  let capacity = 0; // rows that the open chunk has room for
  let rows = 0;
  let length = 0;

  const filled = (): readonly Uint8Array[] => open.map((bytes, index) => bytes.subarray(0, used[index]));

  function startChunk(): void {
    if (rows > 0) full.push(filled().map((bytes) => bytes.slice()));
    const wanted = Math.min(largestChunkRows, Math.max(smallestChunkRows, 2 * capacity));
    if (wanted > capacity) open = Array.from({ length: width }, () => new Uint8Array(wanted * longestNumberBytes));
    capacity = wanted;
    used.fill(0);
    rows = 0;
  }

  return {
    get length() {
      return length;
    },
    push(row) {
      if (rows === capacity) startChunk();
      for (let index = 0; index < width; index++) {
        const bytes = open[index];
        if (bytes !== undefined) used[index] = writeNumber(bytes, used[index] ?? 0, row[index] ?? 0);
      }
      rows += 1;
      length += 1;
    },
    forEach(visit) {
      const row = new Float64Array(width);
      for (const columns of [...full, filled()]) {
        const readers = columns.map(createNumberReader);
        const [first] = readers;
        for (let value = first?.next() ?? NaN; value >= 0; value = first?.next() ?? NaN) {
          row[0] = value;
          for (let index = 1; index < width; index++) row[index] = readers[index]?.next() ?? NaN;
          visit(row);
        }
      }
    },
    forEachOf(column, visit) {
      for (const columns of [...full, filled()]) {
        const bytes = columns[column];
        if (bytes === undefined) continue;
        const reader = createNumberReader(bytes);
        for (let value = reader.next(); value >= 0; value = reader.next()) visit(value);
      }
    },
  };
}

/** Calls whose stages are in arrays of the same length. */
export const rowsOf = (columns: readonly (readonly number[])[]): Rows => ({
  length: columns[0]?.length ?? 0,
  forEach(visit) {
    const row = new Float64Array(columns.length);
    columns[0]?.forEach((_, call) => {
      columns.forEach((column, index) => (row[index] = column[call] ?? NaN));
      visit(row);
    });
  },
  forEachOf: (column, visit) => columns[column]?.forEach((ns) => visit(ns)),
});

/** One after the other. */
export const concatenated = (parts: readonly Rows[]): Rows => ({
  length: parts.reduce((sum, { length }) => sum + length, 0),
  forEach: (visit) => parts.forEach((part) => part.forEach(visit)),
  forEachOf: (column, visit) => parts.forEach((part) => part.forEachOf(column, visit)),
});
