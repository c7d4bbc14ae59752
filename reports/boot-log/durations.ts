/** The payload of a measurement line: durations between colons. */
import { parseDurationNs } from "./go-duration.ts";

const [colon, point, letterM, letterN, letterS] = [0x3a, 0x2e, 0x6d, 0x6e, 0x73];
const powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
/** A number of no more digits is exact. */
const safeDigits = 15;

/**
 * Reads exactly `count` durations of `bytes[start, end)` into `into`, ns. Answers why it cannot; `into` is then undefined.
 * Nothing of the line is in the answer. One pass over texts like `12.345µs:999ns:`; any other goes to the parser of the
 * whole grammar, which decides.
 */
export function readDurations(
  bytes: Uint8Array,
  start: number,
  end: number,
  count: number,
  into: Float64Array,
): string | undefined {
  let at = start;
  for (let index = 0; index < count; index++) {
    const from = at;
    let value = 0;
    let digits = 0;
    let places = -1; // behind the point; no point yet
    for (; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte >= 48 && byte <= 57) {
        value = value * 10 + (byte - 48);
        digits += 1;
        if (places >= 0) places += 1;
      } else if (byte === point && places < 0 && digits > 0) places = 0;
      else break;
    }
    const exponent = exponentAt(bytes, at);
    at += exponent === 3 ? 3 : 2;
    const ended = at === end || (at < end && bytes[at] === colon);
    if (ended && exponent >= 0 && digits > 0 && digits <= safeDigits && places !== 0 && places <= exponent) {
      into[index] = value * (powers[exponent - Math.max(0, places)] ?? NaN);
    } else {
      at = pieceEnd(bytes, from, end);
      const ns = parseDurationNs(bytes, from, at);
      if (!(ns >= 0 && ns < Infinity)) return `duration ${index + 1} ${fault(ns, from === at)}`;
      into[index] = ns;
    }
    if (at === end) return index + 1 === count ? undefined : `${index + 1} durations instead of ${count}`;
    at += 1;
  }
  return `more than ${count} duration${count === 1 ? "" : "s"}`;
}

/** Of the unit below a second at `at`, as a power of ten of ns; -1: another one, or none. */
function exponentAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  const second = bytes[at + 1];
  if (first === 0xc2) return second === 0xb5 && bytes[at + 2] === letterS ? 3 : -1;
  if (second !== letterS) return -1;
  if (first === letterM) return 6;
  return first === letterN ? 0 : -1;
}

function pieceEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== colon) at += 1;
  return at;
}

function fault(ns: number, empty: boolean): string {
  if (empty) return "is missing";
  if (Number.isNaN(ns)) return "is not a Go duration";
  return ns < 0 ? "is negative" : "is longer than 2^53 ns";
}

const payload = /^[0-9.:hmnsuµμ-]*/;
const shownCharacters = 100;

/** What a malformed line may show: characters that durations are made of. Anything else might be a secret. */
export function shown(bytes: Uint8Array, start: number, end: number): string {
  const text = Buffer.from(bytes.subarray(start, Math.min(end, start + 4 * shownCharacters))).toString();
  const [harmless = ""] = payload.exec(text) ?? [];
  const part = harmless.slice(0, shownCharacters);
  const rest = end - start - Buffer.byteLength(part);
  return rest === 0 ? part : `${part}… (${rest} more ${rest === 1 ? "byte" : "bytes"})`;
}
