/** Time that passes only when everything waits, and servers whose queues are known. For tests. */
import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "./open-loop.ts";

export interface SimulatedTime {
  readonly clock: Clock;
  /** Runs until `work` settles. @throws {TypeError} when it waits for nothing that will ever happen */
  readonly run: <T>(work: Promise<T>) => Promise<T>;
}

export function simulatedTime(): SimulatedTime {
  let timeNs = 0;
  let due: { readonly atNs: number; readonly wake: () => void }[] = [];
  const until = (atNs: number): Promise<void> => new Promise((wake) => due.push({ atNs, wake }));
  const run = async <T>(work: Promise<T>): Promise<T> => {
    let running = (): boolean => true;
    const done = work.finally(() => (running = () => false));
    done.catch(() => undefined);
    for (;;) {
      await turn(); // lets everything that is ready run
      if (!running()) return await done;
      const next = Math.min(...due.map(({ atNs }) => atNs));
      if (!Number.isFinite(next)) throw new TypeError("nothing is due, and the work has not ended");
      timeNs = Math.max(timeNs, next);
      const ready = due.filter(({ atNs }) => atNs <= timeNs);
      due = due.filter(({ atNs }) => atNs > timeNs);
      for (const { wake } of ready) wake();
    }
  };
  return { clock: { nowNs: () => timeNs, until }, run };
}

/** One server that serves in order of arrival, each call in the same time: the D and the 1 of M/D/1. */
export function fifoServer({ nowNs, until }: Clock, serviceNs: number): (signal: AbortSignal) => Promise<void> {
  let freeAtNs = 0;
  return (signal) => {
    freeAtNs = Math.max(freeAtNs, nowNs()) + serviceNs;
    return until(freeAtNs, signal);
  };
}
