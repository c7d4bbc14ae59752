/**
 * What gVisor's sentry logs of system calls (`runsc --strace`), as calls of threads with their times. Pure. A line for
 * entering (E), with the arguments, and one for leaving (X), with the answer and how long it took. What file descriptors are
 * is not told well enough to say what a call is about.
 */
import { futexCall, type TracedCall } from "./parse-strace.ts";

/** `I1130 10:00:00.123456       1 strace.go:602] [   1:   7] MainThread X read(0x3 /f, ..., 0x40) = 64 (0x40) (4.2µs)` */
const entry =
  /^[A-Z](\d\d)(\d\d) (\d\d):(\d\d):(\d\d\.\d+) +\d+ [\w.]+:\d+\] \[ *\d+: *(\d+)\] (.*?) ([EX]) (\w+)\((.*)$/;
const quarterS = 900;

/**
 * In the order in which they began. The log has neither year nor time zone: its last line is taken to be written at
 * `endedS`, to the quarter of an hour.
 * @param endedS s since 1970
 */
export function parseRunscTrace(text: string, endedS: number): readonly TracedCall[] {
  const entries = text.split("\n").flatMap((line) => readEntry(line, endedS) ?? []);
  const last = entries.at(-1);
  if (last === undefined) return [];
  const shiftS = Math.round((endedS - last.atS) / quarterS) * quarterS;
  const calls: TracedCall[] = [];
  const open = new Map<number, { readonly call: string; readonly at: number }>();
  for (const { atS, pid, thread, leaves, call, words } of entries) {
    const begun = open.get(pid);
    if (!leaves) {
      open.set(pid, { call, at: calls.length });
      calls.push({ pid, thread, call, on: undefined, startS: atS + shiftS, endS: undefined });
    } else if (begun?.call === call) {
      open.delete(pid);
      const entered = calls[begun.at];
      if (entered !== undefined) calls[begun.at] = { ...entered, call: nameOf(call, words), endS: atS + shiftS };
    }
  }
  return calls;
}

interface LogEntry {
  readonly atS: number;
  readonly pid: number;
  readonly thread: string;
  readonly leaves: boolean;
  readonly call: string;
  readonly words: string;
}

function readEntry(line: string, endedS: number): LogEntry | undefined {
  const found = entry.exec(line);
  if (found === null) return undefined;
  const [, month, day, hours, minutes, seconds, pid, thread = "", side, call = "", words = ""] = found;
  const year = new Date(endedS * 1e3).getUTCFullYear();
  const atS = Date.UTC(year, Number(month) - 1, Number(day), Number(hours), Number(minutes)) / 1e3 + Number(seconds);
  return { atS, pid: Number(pid), thread, leaves: side === "X", call, words };
}

function nameOf(call: string, words: string): string {
  if (call !== "futex") return call;
  const answer = / errno=\d+ /.test(words) ? NaN : Number(/\) = (-?\d+) /.exec(words)?.[1] ?? NaN);
  return futexCall(words, answer);
}
