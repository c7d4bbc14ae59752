/** Traces through the guards and the controller of a policy, as if they happened now and nothing was enforced. */
import { createGlobalState } from "../core/global-state.ts";
import { type FlowGuard, type VerdictRecord, createGuard } from "../core/guard.ts";
import type { Semantics } from "../core/flow-graph.ts";
import type { LevelCheck } from "../core/level-check.ts";
import type { Policy } from "../core/policy.ts";
import type { Trace, TraceEvent } from "./trace.ts";

export interface ReplayedEvent {
  readonly event: TraceEvent;
  readonly record: VerdictRecord;
  /** What the controller made of an event that it was only told of. */
  readonly note: LevelCheck | undefined;
}

/** Each trace meets automata at their beginning. */
export function replay(policy: Policy, trace: Trace, semantics: Semantics): ReplayedEvent[] {
  const controller = createGlobalState(policy, { semantics });
  const guards = new Map<string, FlowGuard>();
  const guardOf = ({ function: of, invocation }: TraceEvent): FlowGuard => {
    const key = `${of} ${invocation}`;
    const guard = guards.get(key) ?? createGuard({ policy: policy.locals.get(of), semantics, action: "monitor" });
    guards.set(key, guard);
    return guard;
  };
  return trace.events.map((event) => {
    const observed = { ...event, ...unobserved, sessionId: trace.request, instanceId: event.invocation };
    const guard = guardOf(event);
    const pending = guard.begin(observed, event.invocation, 0);
    const record = guard.conclude(pending, pending.forward === "check" ? controller.check(observed, 0) : undefined);
    return { event, record, note: pending.forward === "event" ? controller.notify(observed, 0) : undefined };
  });
}

const unobserved = { peerAddress: "", peerPort: 0, hasBody: false };

/**
 * The first event that any graph denies, notes to the controller included though nobody acts upon them: a graph that
 * does not know a flow has to count as such. ENDE is not a node of a learnt graph, and its note says nothing.
 */
export const firstDenial = (events: readonly ReplayedEvent[]): ReplayedEvent | undefined =>
  events.find(
    ({ event, record, note }) => record.verdict === "deny" || (event.name !== "ENDE" && note?.verdict === "deny"),
  );
