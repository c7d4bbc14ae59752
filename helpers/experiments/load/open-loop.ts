/** Calls at given times, whether or not earlier ones have been answered, by a bounded number of clients. */
import { setTimeout as sleep } from "node:timers/promises";
import { nowNs, nsToMs } from "../../base/clock.ts";

/** Time as the loop sees it: the monotonic clock, or a simulated one. */
export interface Clock {
  readonly nowNs: () => number;
  /** Resolves then or later; at once when it has passed. */
  readonly until: (atNs: number, signal: AbortSignal) => Promise<void>;
}

/** Node's timers have a resolution of 1 ms: sends are late by half of that in the mean, which latencies include. */
export const realClock: Clock = {
  nowNs,
  until: async (atNs, signal) => {
    for (let leftMs = nsToMs(atNs - nowNs()); leftMs > 0; leftMs = nsToMs(atNs - nowNs())) {
      await sleep(Math.ceil(leftMs), undefined, { signal });
    }
    signal.throwIfAborted();
  },
};

export interface DueCall {
  readonly index: number;
  readonly dueAtNs: number;
  /** Every client was busy when it was due. */
  readonly waited: boolean;
}

export interface OpenLoop {
  readonly clock: Clock;
  /** From the loop's start, ascending. */
  readonly offsetsNs: readonly number[];
  /** Most calls in flight. */
  readonly clients: number;
  /** From the loop's start: calls that still wait for a client then are not sent. */
  readonly giveUpNs: number;
  /** Makes the call and settles when it is over, which it must be in bounded time. */
  readonly send: (call: DueCall) => Promise<void>;
  readonly onUnsent: (call: DueCall) => void;
  readonly signal: AbortSignal;
}

/** Resolves to the loop's start when every call is over. @throws what `send` throws, or the signal's reason at once */
export async function runOpenLoop(options: OpenLoop): Promise<number> {
  const { clock, offsetsNs, clients, giveUpNs, send, onUnsent, signal } = options;
  const startNs = clock.nowNs();
  const waiting: DueCall[] = [];
  const flying = new Set<Promise<void>>();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);
  const onAbort = (): void => failure.reject(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });

  const launch = (call: DueCall): void => {
    const flight: Promise<void> = send(call)
      .catch((error: unknown) => failure.reject(error))
      .then(() => {
        flying.delete(flight);
        const next = signal.aborted ? undefined : waiting.shift();
        if (next !== undefined) launch(next);
      });
    flying.add(flight);
  };
  const offer = async (): Promise<void> => {
    for (const [index, offsetNs] of offsetsNs.entries()) {
      const dueAtNs = startNs + offsetNs;
      if (dueAtNs > clock.nowNs()) await clock.until(dueAtNs, signal);
      const waited = flying.size >= clients;
      if (waited) waiting.push({ index, dueAtNs, waited });
      else launch({ index, dueAtNs, waited });
    }
    await clock.until(startNs + giveUpNs, signal);
    for (const call of waiting.splice(0)) onUnsent(call);
    while (flying.size > 0) await Promise.all(flying);
  };
  try {
    await Promise.race([offer(), failure.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
  return startNs;
}
