/** Whole numbers up to 2^53 - 1 as bytes: 7 bits each, the lowest first, the highest bit says that more follow (LEB128). */
export const longestNumberBytes = 8;

/** Writes at `at`, where `longestNumberBytes` must be free; returns where the number ends. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  let end = at;
  let left = value;
  for (; left >= 2 ** 31; left = Math.floor(left / 128)) bytes[end++] = (left % 128) | 128;
  for (; left >= 128; left >>>= 7) bytes[end++] = left | 128;
  bytes[end++] = left;
  return end;
}

export interface NumberReader {
  /** NaN at the end. */
  readonly next: () => number;
}

export function createNumberReader(bytes: Uint8Array): NumberReader {
  let at = 0;
  return {
    next() {
      if (at === bytes.length) return NaN;
      let byte = bytes[at++] ?? 0;
      let value = byte & 127;
      for (let scale = 128; byte >= 128; scale *= 128) {
        byte = bytes[at++] ?? 0;
        value += (byte & 127) * scale;
      }
      return value;
    },
  };
}
