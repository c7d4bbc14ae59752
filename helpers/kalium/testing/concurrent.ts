/** Made-up requests whose functions do several things at once, with what each event really had to wait for. */
import type { Trace, TraceEvent } from "../learn/trace.ts";
import type { Chance } from "./chance.ts";

export interface ConcurrentTrace {
  readonly trace: Trace;
  /** Per event, except the ends, which come last: indices of those that happened before it on any schedule. */
  readonly before: readonly ReadonlySet<number>[];
}

type Work = Generator<undefined, void>;
type Own = Pick<TraceEvent, "function" | "invocation">;
interface Running {
  done: boolean;
  readonly past: Set<number>;
}

const functions = ["cart", "pay", "ship"];

/** Calls, look-ups, things done at the same time and things left running, on a random schedule. */
export function concurrentTrace({ integer, pick, random }: Chance, request: string): ConcurrentTrace {
  const events: TraceEvent[] = [];
  const before: Set<number>[] = [];
  const invocations: Own[] = [];
  const threads: Work[] = [];
  let hosts = 0;

  const emit = (past: Set<number>, event: TraceEvent): void => {
    before.push(new Set(past));
    past.add(events.push(event) - 1);
  };
  const spawn = (past: ReadonlySet<number>, work: (own: Set<number>) => Work): Running => {
    const running: Running = { done: false, past: new Set(past) };
    threads.push(
      (function* () {
        yield* work(running.past);
        running.done = true;
      })(),
    );
    return running;
  };

  function* invoke(of: string, past: Set<number>, depth: number): Work {
    const own = { function: of, invocation: String(invocations.length) };
    invocations.push(own);
    emit(past, { ...own, name: "GETE", url: "function", method: "POST" });
    yield;
    for (let steps = 1 + integer(3); steps > 0; steps--) yield* step(own, past, depth);
  }
  function* send(own: Own, past: Set<number>): Work {
    const to = { ...own, url: `host-${++hosts}`, method: "GET" };
    emit(past, { ...to, name: "SEND" });
    yield;
    if (random() < 0.9) emit(past, { ...to, name: "RESP" });
    yield;
  }
  function* call(own: Own, past: Set<number>, depth: number): Work {
    const of = pick(functions);
    const to = { ...own, url: `gateway/function/${of}`, method: "POST" };
    emit(past, { ...to, name: "SEND" });
    yield;
    yield* invoke(of, past, depth + 1);
    emit(past, { ...to, name: "RESP" });
    yield;
  }
  function* step(own: Own, past: Set<number>, depth: number): Work {
    const kind = integer(depth > 2 ? 3 : 5);
    if (kind === 0) yield* send(own, past);
    else if (kind === 1) spawn(past, (left) => send(own, left));
    else if (kind > 2) yield* call(own, past, depth);
    else {
      const parts = [0, 1].map(() => spawn(past, (part) => step(own, part, depth + 1)));
      while (!parts.every(({ done }) => done)) yield;
      for (const part of parts) for (const event of part.past) past.add(event);
    }
  }

  spawn(new Set(), (past) => invoke("shop", past, 0));
  while (threads.length > 0) {
    const at = integer(threads.length);
    if (threads[at]?.next().done === true) threads.splice(at, 1);
  }
  const ends = invocations.map((own): TraceEvent => ({ ...own, name: "ENDE", url: "function", method: "0" }));
  return { trace: { request, round: 1, events: [...events, ...ends] }, before };
}
