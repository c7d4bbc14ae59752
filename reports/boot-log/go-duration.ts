/**
 * Durations as Go's `Duration.String` prints them: `-1.5µs`, `999ns`, `1m2.5s`, `0s` (https://pkg.go.dev/time).
 * Read from bytes, because a log of a gigabyte holds twenty million of them. Stricter than `ParseDuration`: minutes and
 * hours are whole and seconds always follow, so that a text that was cut (`1.7m` of `1.7ms`) is never a duration.
 */

const unitNs = { nano: 1, micro: 1e3, milli: 1e6, second: 1e9, minute: 60e9, hour: 3600e9 } as const;

const code = (character: string): number => character.charCodeAt(0);
const [zero, point, minus] = [code("0"), code("."), code("-")];
const [letterH, letterM, letterN, letterS, letterU] = [code("h"), code("m"), code("n"), code("s"), code("u")];

/**
 * Integer ns of `bytes[start, end)`. NaN: not a duration. Infinity, or -Infinity: a duration of more than 2^53 - 1 ns
 * (104 days), which a number does not hold. Accepts U+00B5, U+03BC and `u` as micro.
 */
export function parseDurationNs(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = bytes[at] === minus;
  if (negative) at += 1;
  let totalNs = 0;
  let larger = 0; // the unit before: 0 for none
  for (;;) {
    let whole = 0;
    const digits = at;
    for (; at < end; at += 1) {
      const digit = (bytes[at] ?? 0) - zero;
      if (digit < 0 || digit > 9) break;
      whole = whole * 10 + digit;
    }
    if (at === digits) return NaN;
    let fraction = 0;
    let scale = 1;
    if (bytes[at] === point) {
      for (at += 1; at < end; at += 1) {
        const digit = (bytes[at] ?? 0) - zero;
        if (digit < 0 || digit > 9) break;
        fraction = fraction * 10 + digit;
        scale *= 10;
      }
      if (scale === 1) return NaN;
    }
    const unit = unitAt(bytes, at, end);
    if (scale > unit || (larger > 0 && (unit * 60 !== larger || whole > 59))) return NaN;
    totalNs += whole * unit + fraction * (unit / scale);
    if (unit <= unitNs.second) {
      if (totalNs > Number.MAX_SAFE_INTEGER) totalNs = Infinity;
      return negative ? -totalNs : totalNs;
    }
    if (scale > 1) return NaN;
    larger = unit;
    at += 1;
  }
}

/** Its ns; 0 for none. All but hours and minutes must end the text. */
function unitAt(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  const left = end - at;
  if (left === 1) return first === letterS ? unitNs.second : 0;
  if (left === 2 && bytes[at + 1] === letterS) {
    if (first === letterM) return unitNs.milli;
    if (first === letterN) return unitNs.nano;
    return first === letterU ? unitNs.micro : 0;
  }
  if (left === 3 && bytes[at + 2] === letterS) {
    const second = bytes[at + 1];
    if ((first === 0xc2 && second === 0xb5) || (first === 0xce && second === 0xbc)) return unitNs.micro;
  }
  if (left < 2) return 0;
  if (first === letterM) return unitNs.minute;
  return first === letterH ? unitNs.hour : 0;
}

const encoder = new TextEncoder();

/** As `parseDurationNs`. */
export function durationNs(text: string): number {
  const bytes = encoder.encode(text);
  return parseDurationNs(bytes, 0, bytes.length);
}

/** What Go prints for a whole number of ns. @throws {RangeError} more than 2^53 - 1, or not whole */
export function formatDuration(ns: number): string {
  if (!Number.isSafeInteger(ns)) throw new RangeError(`${ns} is not a whole number of ns`);
  if (ns < 0) return `-${formatDuration(-ns)}`;
  if (ns === 0) return "0s";
  if (ns < unitNs.micro) return `${ns}ns`;
  if (ns < unitNs.milli) return `${decimal(ns, 3)}µs`;
  if (ns < unitNs.second) return `${decimal(ns, 6)}ms`;
  const minutes = Math.floor(ns / unitNs.minute);
  const seconds = `${decimal(ns - minutes * unitNs.minute, 9)}s`;
  if (minutes === 0) return seconds;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${seconds}` : `${hours}h${minutes - hours * 60}m${seconds}`;
}

/** `value / 10^places`, exactly, without trailing zeros. */
function decimal(value: number, places: number): string {
  const digits = String(value).padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  return digits.slice(0, -places) + (fraction === "" ? "" : `.${fraction}`);
}
