/** Lines of a stream of bytes, in bounded memory. */

/** `bytes[start, end)` without its line feed, valid during the call. `cut`: its middle is missing. */
export type OnLine = (bytes: Uint8Array, start: number, end: number, cut: boolean) => void;

export interface LineSplitter {
  readonly push: (chunk: Buffer) => void;
  /** The last line, when no line feed ended it. */
  readonly end: () => void;
}

const lineFeed = 10;

/**
 * A line that is spread over chunks is kept whole up to this; of a longer one, its head and its tail. That is enough:
 * what a measurement line says fits in its head, and what a TLS record's line says is at its two ends.
 */
export const longestLineBytes = 65_536;
const headBytes = 4_096;
const tailBytes = 1_024;

export function createLineSplitter(onLine: OnLine): LineSplitter {
  const kept = Buffer.alloc(longestLineBytes);
  let length = 0;
  let cut = false;

  function keep(piece: Buffer): void {
    if (length + piece.length <= kept.length) {
      kept.set(piece, length);
      length += piece.length;
      return;
    }
    cut = true;
    const missing = Math.max(0, headBytes - length);
    kept.set(piece.subarray(0, missing), length);
    const rest = piece.subarray(missing, piece.length).subarray(-tailBytes);
    const older = Math.min(length + missing - headBytes, tailBytes - rest.length);
    kept.copyWithin(headBytes, length + missing - older, length + missing);
    kept.set(rest, headBytes + older);
    length = headBytes + older + rest.length;
  }

  function emitKept(): void {
    onLine(kept, 0, length, cut);
    length = 0;
    cut = false;
  }

  return {
    push(chunk) {
      let start = 0;
      if (length > 0) {
        const end = chunk.indexOf(lineFeed);
        keep(end < 0 ? chunk : chunk.subarray(0, end));
        if (end < 0) return;
        emitKept();
        start = end + 1;
      }
      for (;;) {
        const end = chunk.indexOf(lineFeed, start);
        if (end < 0) break;
        onLine(chunk, start, end, false);
        start = end + 1;
      }
      if (start < chunk.length) keep(chunk.subarray(start));
    },
    end() {
      if (length > 0) emitKept();
    },
  };
}
