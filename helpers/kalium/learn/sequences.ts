/** What the graphs of a policy see of a trace: the events between two resets of their automata. */
import type { Semantics } from "../core/flow-graph.ts";
import type { Trace, TraceEvent } from "./trace.ts";

export interface FlowSequence {
  readonly events: readonly TraceEvent[];
  /** The end was observed, so the last event is one that may be the last. */
  readonly ended: boolean;
}

/**
 * One sequence per invocation, with its function. Requests of one instance are taken to follow one another, which the
 * guard of `reference` and `shipped` also needs to decide rightly.
 */
export function localSequences(
  trace: Trace,
  semantics: Semantics,
): readonly (FlowSequence & { readonly function: string })[] {
  const invocations = Map.groupBy(trace.events, ({ function: of, invocation }) => `${of} ${invocation}`);
  return [...invocations.values()].map((events) => ({
    function: events[0]?.function ?? "",
    events: events.filter(({ name }) =>
      semantics === "strict" ? name !== "ENDE" : name === "SEND" || name === "RESP",
    ),
    ended: events.some(({ name }) => name === "ENDE"),
  }));
}

/**
 * `reference`: cut at every ENDE, since any resets the controller's graph. `strict`: cut where no invocation is open.
 * `shipped`: only GETE, uncut. Parts without events are ignored.
 */
export function globalSequences(trace: Trace, semantics: Semantics): readonly FlowSequence[] {
  if (semantics === "shipped") {
    return [{ events: trace.events.filter(({ name }) => name === "GETE"), ended: true }].filter(hasEvents);
  }
  const sequences: FlowSequence[] = [];
  let events: TraceEvent[] = [];
  let open = 0;
  for (const event of trace.events) {
    if (event.name !== "ENDE") events.push(event);
    if (event.name === "GETE") open++;
    if (event.name !== "ENDE") continue;
    open = Math.max(0, open - 1);
    if (semantics === "strict" && open > 0) continue;
    sequences.push({ events, ended: true });
    events = [];
  }
  sequences.push({ events, ended: false });
  return sequences.filter(hasEvents);
}

const hasEvents = ({ events }: FlowSequence): boolean => events.length > 0;
