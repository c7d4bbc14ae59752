/** Durations of many calls, ns, in their order: a row per call, a value per stage. */
export interface Rows {
  readonly length: number;
  /** `row` is the same array each time, filled anew. */
  readonly forEach: (visit: (row: Float64Array) => void) => void;
}

export interface RowTable extends Rows {
  /** Copies the first `width` values of `row`: integers from 0 to 2^53 - 1. */
  readonly push: (row: Float64Array) => void;
}

const smallestChunkBytes = 4_096;
const largestChunkBytes = 262_144;
/** 7 bits each: what a value of 53 bits needs at most. */
const longestValueBytes = 8;

/**
 * Exact at 1 byte per 7 bits of a value (LEB128), some 18 for a guarded call where numbers take 56: four million calls,
 * a log of a gigabyte, must fit beside the program in 200 MB.
 */
export function createRowTable(width: number): RowTable {
  const chunks: { readonly bytes: Uint8Array; rows: number }[] = [];
  let chunk = { bytes: new Uint8Array(0), rows: 0 };
  let used = 0;
  let length = 0;

  return {
    get length() {
      return length;
    },
    push(row) {
      if (used + width * longestValueBytes > chunk.bytes.length) {
        const size = Math.min(largestChunkBytes, Math.max(smallestChunkBytes, 2 * chunk.bytes.length));
        chunks.push((chunk = { bytes: new Uint8Array(size), rows: 0 }));
        used = 0;
      }
      const { bytes } = chunk;
      for (let index = 0; index < width; index++) {
        let value = row[index] ?? 0;
        for (; value >= 2 ** 31; value = Math.floor(value / 128)) bytes[used++] = (value % 128) | 128;
        for (; value >= 128; value >>>= 7) bytes[used++] = value | 128;
        bytes[used++] = value;
      }
      chunk.rows += 1;
      length += 1;
    },
    forEach(visit) {
      const row = new Float64Array(width);
      for (const { bytes, rows } of chunks) {
        let at = 0;
        for (let left = rows; left > 0; left--) {
          for (let index = 0; index < width; index++) {
            let byte = bytes[at++] ?? 0;
            let value = byte & 127;
            for (let scale = 128; byte >= 128; scale *= 128) {
              byte = bytes[at++] ?? 0;
              value += (byte & 127) * scale;
            }
            row[index] = value;
          }
          visit(row);
        }
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
});

/** One after the other. */
export const concatenated = (parts: readonly Rows[]): Rows => ({
  length: parts.reduce((sum, { length }) => sum + length, 0),
  forEach: (visit) => parts.forEach((part) => part.forEach(visit)),
});

/** What `valueOf` makes of each row, ascending; in 4 bytes per value where all are integers of 32 bits. */
export function sortedBy(rows: Rows, valueOf: (row: Float64Array) => number): Uint32Array | Float64Array {
  const small = new Uint32Array(rows.length);
  let call = 0;
  let inexact = 0;
  rows.forEach((row) => {
    const value = valueOf(row);
    small[call] = value;
    if (small[call] !== value) inexact += 1;
    call += 1;
  });
  if (inexact === 0) return small.sort();
  const large = new Float64Array(rows.length);
  call = 0;
  rows.forEach((row) => (large[call++] = valueOf(row)));
  return large.sort();
}
