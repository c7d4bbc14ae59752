import type { EventIdentity, GuardEvent } from "../core/event.ts";
import { wireIdentity } from "../core/event.ts";

/** An event of a trace. */
export interface TraceEvent extends EventIdentity {
  /** Which invocation of the function it belongs to; unique within the trace. */
  readonly invocation: string;
}

/** What one request to the application made happen, through all its functions, in the controller's order of arrival. */
export interface Trace {
  /** Unique within its file. */
  readonly request: string;
  /** One execution of the whole workload, numbered from 1; a round has a trace per request. */
  readonly round: number;
  readonly events: readonly TraceEvent[];
}

/** An observed event, with the invocation where the observer knew it. */
export interface ObservedEvent extends GuardEvent {
  readonly requestId?: string;
}

export interface CollectOptions {
  /** Each request begins with this event; needed where all requests share a session id, as in the artifact. */
  readonly beginsAt?: Pick<EventIdentity, "function" | "name"> | undefined;
  /** Defaults to one round per request, in order of their beginnings. */
  readonly roundOf?: (request: string, index: number) => number;
}

/**
 * Events in order of arrival to one trace per session. Where the invocation is unknown, it is what an instance of a
 * function does within the session up to its ENDE.
 */
export function collectTraces(events: Iterable<ObservedEvent>, options: CollectOptions = {}): Trace[] {
  const { beginsAt, roundOf = (_: string, index: number) => index + 1 } = options;
  const requests = new Map<string, TraceEvent[]>();
  const invocations = new Map<string, number>();
  let begun = 0;
  for (const event of events) {
    if (event.function === beginsAt?.function && event.name === beginsAt.name) begun++;
    const request = beginsAt === undefined ? event.sessionId : `${event.sessionId}#${begun}`;
    const place = JSON.stringify([request, event.function, event.instanceId]);
    const count = invocations.get(place) ?? 1;
    if (event.name === "ENDE") invocations.set(place, count + 1);
    const invocation = event.requestId ?? `${event.instanceId}/${event.function}/${count}`;
    const collected = requests.get(request) ?? [];
    collected.push({ ...wireIdentity(event), invocation });
    requests.set(request, collected);
  }
  return [...requests].map(([request, of], index) => ({ request, round: roundOf(request, index), events: of }));
}

/** Traces by round, rounds in ascending order. */
export function roundsOf(traces: Iterable<Trace>): Trace[][] {
  const rounds = Map.groupBy(traces, ({ round }) => round);
  return [...rounds].sort(([a], [b]) => a - b).map(([, of]) => of);
}
