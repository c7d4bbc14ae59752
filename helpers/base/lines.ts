import type { Readable } from "node:stream";

/** Where a line is cut; of-watchdog gives up on a longer one. */
const longestLineBytes = 64 * 1024;
const newline = 0x0a;
const carriageReturn = 0x0d;

export interface OutputLines {
  /** Keeps parts of `chunk` until their line ends. */
  write(chunk: Buffer): void;
  /** No more comes: tells what lacks its end. */
  end(): void;
}

interface LineOptions {
  readonly longestBytes?: number;
}

/** Lines of a stream, as `createOutputLines` gives them. */
export function onLines(source: Readable, onLine: (line: string) => void, options: LineOptions = {}): void {
  const lines = createOutputLines(onLine, options);
  source.on("data", (chunk: Buffer) => lines.write(chunk));
  source.on("end", () => lines.end());
}

/**
 * Lines of a writer that is not trusted: UTF-8, without `\n` or `\r\n`; the last one may lack its end. A longer line than
 * `longestBytes` is cut there, and the rest of it is dropped, so that a writer cannot fill our memory. Unlike
 * `node:readline`, it does not take a lone `\r` for an end.
 */
export function createOutputLines(
  onLine: (line: string) => void,
  { longestBytes = longestLineBytes }: LineOptions = {},
): OutputLines {
  let parts: Buffer[] = [];
  let heldBytes = 0;
  const hold = (part: Buffer): void => {
    const kept = part.subarray(0, Math.max(0, longestBytes - heldBytes));
    if (kept.length > 0) parts.push(kept);
    heldBytes += kept.length;
  };
  const tell = (): void => {
    const line = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    parts = [];
    heldBytes = 0;
    onLine(line.toString("utf8", 0, line.at(-1) === carriageReturn ? line.length - 1 : line.length));
  };
  return {
    write(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        hold(chunk.subarray(start, end));
        tell();
        start = end + 1;
      }
      hold(chunk.subarray(start));
    },
    end() {
      if (heldBytes > 0) tell();
    },
  };
}
