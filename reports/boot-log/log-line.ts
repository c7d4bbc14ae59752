/** Where the message of a log line is, in each of the runtime's formats. */

const [blank, colon, point, closing] = [0x20, 0x3a, 0x2e, 0x5d];
const levels = new Uint8Array(256);
for (const level of "DIW?") levels[level.charCodeAt(0)] = 1;

/** A file's name and line stand between the time and the message: no more than this. */
const longestHeader = 300;

/**
 * Of `I1123 20:47:40.125099   14144 log.go:265] message`. The file's name and line are any, for they name the logging
 * helper and nothing else. -1: the line has no such header.
 */
export function messageStart(bytes: Uint8Array, start: number, end: number): number {
  if (levels[bytes[start] ?? 0] !== 1 || end - start < 26) return -1;
  if (bytes[start + 5] !== blank || bytes[start + 8] !== colon || bytes[start + 11] !== colon) return -1;
  if (bytes[start + 14] !== point || bytes[start + 21] !== blank) return -1;
  const last = Math.min(end, start + longestHeader);
  for (let at = start + 22; at < last; at++) {
    if (bytes[at] === closing) return bytes[at + 1] === blank ? Math.min(end, at + 2) : -1;
  }
  return -1;
}

/** Bytes of a text line's time, after the level's letter: `1123 20:47:40.125099`. */
export const stampBytes = 20;

export interface JsonLine {
  readonly format: "json" | "json-k8s";
  readonly message: Uint8Array;
  /** RFC 3339. */
  readonly time: string;
}

/** `undefined`: not a whole object with a message and a time. */
export function jsonLine(text: string): JsonLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { msg, log, time } = value as Readonly<Record<string, unknown>>;
  const message = msg ?? log;
  if (typeof message !== "string" || typeof time !== "string") return undefined;
  return { format: msg === undefined ? "json-k8s" : "json", message: Buffer.from(message), time };
}
