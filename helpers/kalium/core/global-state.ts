import {
  type AutomatonOptions,
  type FlowAutomaton,
  type GraphCheck,
  automataOf,
  createAutomaton,
} from "./automaton.ts";
import type { GuardEvent } from "./event.ts";
import type { Semantics } from "./flow-graph.ts";
import { type LevelCheck, eventIdOf, verdictAtHead } from "./level-check.ts";
import { type OpenFlowsLimits, defaultOpenFlowsLimits, openFlows } from "./open-flows.ts";
import type { GraphPolicy, Policy } from "./policy.ts";

/**
 * The positions of one application's requests in its global graph: what a controller decides by. Not for several
 * threads: events are checked in the order of the calls.
 */
export interface GlobalState {
  /** A guard asks (`TYPE_CHECK_EVENT`). An allowed event is taken; asking twice takes it twice. */
  check(event: GuardEvent, nowMs: number): LevelCheck;
  /**
   * A guard tells (`TYPE_EVENT`); nobody waits for the answer, which is for the log. `undefined`: not looked at, as in
   * the artifact's last controller.
   */
  notify(event: GuardEvent, nowMs: number): LevelCheck | undefined;
  /** `strict`: nothing is known of the session, so its first event is decided as that of any other. Elsewhere never. */
  isNew(sessionId: string): boolean;
  /** `strict`: sessions that began and did not end. Elsewhere 0: all share one automaton. */
  readonly openSessions: number;
}

export interface GlobalStateOptions extends Partial<OpenFlowsLimits> {
  readonly semantics: Semantics;
}

/** The application name that the artifact's controller looks up. */
const lookedUpName = "default";

export function createGlobalState(policy: Policy | undefined, options: GlobalStateOptions): GlobalState {
  if (policy?.name !== lookedUpName) {
    const none = (): LevelCheck => verdictAtHead("deny", "no-policy");
    return { check: none, notify: none, isNew: () => false, openSessions: 0 };
  }
  return options.semantics === "strict" ? perSession(policy.global, options) : shared(policy.global, options.semantics);
}

/** As the artifact: requests interleave in one automaton, and any ENDE resets it (`reference`) or none (`shipped`). */
function shared(policy: GraphPolicy, semantics: "reference" | "shipped"): GlobalState {
  const automaton = createAutomaton(policy.graph, { semantics, level: "global" });
  const check = (event: GuardEvent): LevelCheck => {
    const eventId = eventIdOf(policy, event, semantics);
    return { ...automaton.check(eventId), eventId };
  };
  return {
    check,
    notify(event) {
      if (semantics === "shipped") return undefined;
      const outcome = check(event);
      if (event.name === "ENDE") automaton.reset();
      return outcome;
    },
    isNew: () => false,
    openSessions: 0,
  };
}

interface Session {
  readonly automaton: FlowAutomaton;
  /** Invocations that began and did not end. */
  invocations: number;
}

/** An automaton per session, from its first GETE to the ENDE of the last invocation that is still open. */
function perSession(policy: GraphPolicy, limits: Partial<OpenFlowsLimits>): GlobalState {
  const options: AutomatonOptions = { semantics: "strict", level: "global" };
  const newAutomaton = automataOf(policy.graph, options);
  const sessions = openFlows<Session>(() => ({ automaton: newAutomaton(), invocations: 0 }), {
    ...defaultOpenFlowsLimits,
    ...limits,
  });

  const check = (event: GuardEvent, nowMs: number): LevelCheck => {
    const eventId = eventIdOf(policy, event, "strict");
    const session = sessions.get(event.sessionId, nowMs);
    if (session === undefined) return verdictAtHead("deny", "protocol-error", eventId);
    const outcome = event.name === "ENDE" ? leave(session) : advance(session, event, eventId);
    if (!session.automaton.started || (event.name === "ENDE" && session.invocations === 0)) {
      sessions.close(event.sessionId);
    }
    return { ...outcome, eventId };
  };
  return {
    check,
    notify: check,
    isNew: (sessionId) => sessions.isNew(sessionId),
    get openSessions() {
      return sessions.size;
    },
  };
}

function advance(session: Session, { name }: GuardEvent, eventId: number): GraphCheck {
  const outcome = session.automaton.check(eventId);
  if (name === "GETE" && outcome.verdict === "allow") session.invocations++;
  return outcome;
}

function leave(session: Session): GraphCheck {
  const { automaton } = session;
  if (session.invocations > 0) session.invocations--;
  if (session.invocations === 0) return automaton.end();
  return { verdict: "allow", reason: "ok", nodeBefore: automaton.node, nodeAfter: automaton.node, remaining: 0 };
}
