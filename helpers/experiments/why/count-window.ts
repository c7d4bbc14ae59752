/** Which calls belong to an invocation. Pure. */
import type { CallTarget } from "../../../reports/records/call-count-record.ts";
import type { TracedCall } from "./parse-strace.ts";

/** From sending the request to the last byte of the answer; s since 1970. */
export interface Window {
  readonly fromS: number;
  readonly toS: number;
}

/** Threads in which Node compiles and collects garbage beside the invocation; the kernel cuts their names off. */
export const besideThreads = ["V8Worker", "DelayedTaskSche", "SignalInspector"];

/** They return when something happens: one that was there before is of the invocation if its end is. */
const waits = /^(epoll_p?wait2?|p?poll|p?select6?|futex-wait|(clock_)?nanosleep|wait4|waitid|accept4?)$/;

/** A wait belongs to the invocation in which it ends, every other call to that in which it begins. */
const isOf = ({ call, startS, endS }: TracedCall, { fromS, toS }: Window): boolean =>
  waits.test(call) ? endS !== undefined && fromS <= endS && endS <= toS : fromS <= startS && startS <= toS;

export interface CallCount {
  readonly call: string;
  readonly on?: CallTarget;
  /** One per window. */
  readonly counts: number[];
}

/** Sorted by name. */
export function countCalls(calls: readonly TracedCall[], windows: readonly Window[]): readonly CallCount[] {
  const found = new Map<string, CallCount>();
  for (const traced of calls) {
    const at = windows.findIndex((window) => isOf(traced, window));
    if (at < 0 || besideThreads.includes(traced.thread)) continue;
    const { call, on } = traced;
    const key = `${call} ${on ?? ""}`;
    const entry = found.get(key) ?? { call, ...(on && { on }), counts: windows.map(() => 0) };
    entry.counts[at] = (entry.counts[at] ?? 0) + 1;
    found.set(key, entry);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
