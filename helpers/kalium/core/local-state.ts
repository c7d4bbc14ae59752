import { type FlowAutomaton, automataOf, createAutomaton } from "./automaton.ts";
import type { GuardEvent } from "./event.ts";
import type { Semantics } from "./flow-graph.ts";
import { type LevelCheck, eventIdOf, verdictAtHead } from "./level-check.ts";
import { type OpenFlowsLimits, defaultOpenFlowsLimits, openFlows } from "./open-flows.ts";
import type { LocalPolicy } from "./policy.ts";

/** The positions of one instance's invocations in their function's graph: what its guard decides by. */
export interface LocalState {
  check(event: GuardEvent, requestId: string, nowMs: number): LocalOutcome;
  /** The verdict is known. `denied`: by the controller, so the step that `check` took is taken back. */
  settle(event: GuardEvent, requestId: string, nowMs: number, step: { check: LevelCheck; denied: boolean }): void;
  /** `strict`: requests that began and did not end. Elsewhere 0: all share one automaton. */
  readonly openRequests: number;
}

export interface LocalOutcome {
  /** Absent: these semantics do not ask the local graph about such an event. */
  readonly check: LevelCheck | undefined;
  /** An event of this request was allowed before. */
  readonly began: boolean;
}

export interface LocalStateOptions extends Partial<OpenFlowsLimits> {
  readonly semantics: Semantics;
  /** The verdict where there is no policy. */
  readonly withoutPolicy: "deny" | "allow";
}

export function createLocalState(policy: LocalPolicy | undefined, options: LocalStateOptions): LocalState {
  const { semantics, withoutPolicy } = options;
  if (policy === undefined) return withoutGraph(semantics, withoutPolicy);
  return semantics === "strict" ? perRequest(policy, options) : shared(policy, semantics);
}

const isLocal = ({ name }: GuardEvent): boolean => name === "SEND" || name === "RESP";

function withoutGraph(semantics: Semantics, verdict: "deny" | "allow"): LocalState {
  const asked = (event: GuardEvent): boolean => semantics === "strict" || isLocal(event);
  return {
    check: (event) => ({
      check: asked(event) ? verdictAtHead(verdict, "no-policy") : undefined,
      began: verdict === "allow",
    }),
    settle: () => undefined,
    openRequests: 0,
  };
}

/** As the artifact: requests interleave in one automaton, which any ENDE resets. */
function shared(policy: LocalPolicy, semantics: Semantics): LocalState {
  const automaton = createAutomaton(policy.graph, { semantics, level: "local" });
  return {
    check(event) {
      const began = automaton.started;
      if (event.name === "ENDE") automaton.reset();
      if (!isLocal(event)) return { check: undefined, began };
      const eventId = eventIdOf(policy, event, semantics);
      return { check: { ...automaton.check(eventId), eventId }, began };
    },
    settle: () => undefined,
    openRequests: 0,
  };
}

function perRequest(policy: LocalPolicy, limits: Partial<OpenFlowsLimits>): LocalState {
  const requests = openFlows<FlowAutomaton>(automataOf(policy.graph, { semantics: "strict", level: "local" }), {
    ...defaultOpenFlowsLimits,
    ...limits,
  });
  return {
    check(event, requestId, nowMs) {
      const eventId = eventIdOf(policy, event, "strict");
      const own = requests.get(requestId, nowMs);
      if (own === undefined) return { check: verdictAtHead("deny", "protocol-error", eventId), began: false };
      const began = own.started;
      const outcome = event.name === "ENDE" ? own.end() : own.check(eventId);
      return { check: { ...outcome, eventId }, began };
    },
    settle(event, requestId, nowMs, { check, denied }) {
      const own = requests.get(requestId, nowMs);
      if (denied) own?.undo(check);
      if (own?.started !== true || event.name === "ENDE") requests.close(requestId);
    },
    get openRequests() {
      return requests.size;
    },
  };
}
