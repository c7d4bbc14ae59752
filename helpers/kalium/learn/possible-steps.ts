/**
 * Which event may come right after which. A guard sees the events of a flow in one order, and chance decides which: a
 * mail on its way and the next function do not wait for each other. What a flow teaches is every order that its causes
 * allow.
 */
import type { Semantics } from "../core/flow-graph.ts";
import type { TraceEvent } from "./trace.ts";

/** Steps between the events of one flow, by their indices. */
export interface Steps {
  /** Events that may come first. */
  readonly first: readonly number[];
  /** Events that may come last. */
  readonly last: readonly number[];
  /** The second may come right after the first. */
  readonly pairs: readonly (readonly [number, number])[];
}

/** `strict` learns every possible order; the graphs of the others have no room for them (20 successors per node). */
export const stepsFor = (semantics: Semantics): ((events: readonly TraceEvent[]) => Steps) =>
  semantics === "strict" ? possibleSteps : observedSteps;

/** As they came. */
export function observedSteps({ length }: readonly TraceEvent[]): Steps {
  if (length === 0) return { first: [], last: [], pairs: [] };
  return { first: [0], last: [length - 1], pairs: Array.from({ length: length - 1 }, (_, at) => [at, at + 1]) };
}

/** Time and memory grow with the square. */
const mostEvents = 1_000;

/**
 * Steps of all orders in which no event comes before its causes. As they came where that cannot be determined: without any
 * RESP, as in logs of the artifact, or with more than 1,000 events.
 */
export function possibleSteps(events: readonly TraceEvent[]): Steps {
  if (events.length > mostEvents || !events.some(({ name }) => name === "RESP")) return observedSteps(events);
  const count = events.length;
  const causes = causesOf(events);
  /** A row per event: 1 in the columns of those that come before it. */
  const before = new Uint8Array(count * count);
  const rowOf = (event: number): Uint8Array => before.subarray(event * count, (event + 1) * count);
  const inherit = (row: Uint8Array, cause: number): void => {
    const of = rowOf(cause);
    for (let other = 0; other < cause; other++) if (of[other] === 1) row[other] = 1;
  };
  const last = new Set(events.keys());
  const pairs: [number, number][] = [];
  for (const [event, own] of causes.entries()) {
    const row = rowOf(event);
    for (const cause of own) {
      last.delete(cause);
      inherit(row, cause);
    }
    const direct = own.filter((cause) => row[cause] === 0);
    for (const cause of direct) {
      row[cause] = 1;
      pairs.push([cause, event]);
    }
    for (let other = 0; other < event; other++) if (row[other] === 0) pairs.push([other, event], [event, other]);
  }
  const first = [...causes.keys()].filter((event) => causes[event]?.length === 0);
  return { first, last: [...last], pairs };
}

interface Invocation {
  /** Its events that none of its later ones follows yet. */
  ends: number[];
  /** Its requests that are not answered, by method and URL: which of two equal ones an answer is for is not known. */
  readonly underWay: Map<string, Requests>;
}

interface Requests {
  /** Indices of their SENDs. */
  readonly sent: number[];
  /** Invocations that they may have started. */
  readonly started: Invocation[];
}

/**
 * Per event the events that it cannot come before: of an invocation's beginning, the requests that other invocations had
 * under way (without any, all events before it); of a RESP, its SEND and what the invocations that this may have started
 * had done by then; of any other, all earlier ones of its invocation. Causes of causes may be absent.
 */
function causesOf(events: readonly TraceEvent[]): number[][] {
  const invocations = new Map<string, Invocation>();
  /** Events that none follows yet. */
  const ends = new Set<number>();
  return events.map((event, index) => {
    const key = `${event.function} ${event.invocation}`;
    const known = invocations.get(key);
    const invocation: Invocation = known ?? { ends: [], underWay: new Map() };
    const request = `${event.method} ${event.url}`;
    const answered = event.name === "RESP" ? invocation.underWay.get(request) : undefined;
    const sent = answered?.sent.shift();
    let causes: number[];
    if (answered !== undefined && sent !== undefined) {
      causes = [sent, ...answered.started.flatMap((started) => started.ends)];
      invocation.ends = [...invocation.ends.filter((end) => end !== sent), index];
      if (answered.sent.length === 0) invocation.underWay.delete(request);
    } else {
      causes = known?.ends ?? startersOf(invocation, invocations.values()) ?? [...ends];
      invocation.ends = [index];
    }
    if (event.name === "SEND") {
      const requests = invocation.underWay.get(request) ?? { sent: [], started: [] };
      requests.sent.push(index);
      invocation.underWay.set(request, requests);
    }
    invocations.set(key, invocation);
    for (const cause of causes) ends.delete(cause);
    ends.add(index);
    return causes;
  });
}

/** The last request of each that may have started an invocation; `undefined`: none is under way. */
function startersOf(invocation: Invocation, others: Iterable<Invocation>): number[] | undefined {
  const starters: number[] = [];
  for (const { underWay } of others) {
    for (const { started } of underWay.values()) started.push(invocation);
    if (underWay.size > 0) starters.push(Math.max(...[...underWay.values()].flatMap(({ sent }) => sent)));
  }
  return starters.length === 0 ? undefined : starters;
}
