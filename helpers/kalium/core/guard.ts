/**
 * The decision about one event. Pure: the caller has the clock, the ids and the line to the controller. Events of one
 * request must be decided one after the other: `begin`, the controller's answer, `conclude`, then the next.
 */
import type { EventName, GuardEvent } from "./event.ts";
import type { Semantics } from "./flow-graph.ts";
import { eventHash } from "./hash.ts";
import type { LevelCheck } from "./level-check.ts";
import { createLocalState } from "./local-state.ts";
import type { OpenFlowsLimits } from "./open-flows.ts";
import type { LocalPolicy } from "./policy.ts";
import type { Reason } from "./reason.ts";

export const actionNames = ["enforce", "monitor", "record"] as const;
/** `enforce`: what is denied does not happen. `monitor`: it does, and is recorded. `record`: nothing is checked. */
export type Action = (typeof actionNames)[number];

/** What the controller said; ids and nodes where it tells them. */
export type ControllerVerdict = Pick<LevelCheck, "verdict" | "reason"> & Partial<LevelCheck>;
/** Or why it said nothing. */
export interface ControllerFailure {
  readonly failure: "controller-timeout" | "protocol-error";
}
export type ControllerAnswer = ControllerVerdict | ControllerFailure;

/** One line of a guard's log: what happened, and why it was allowed or denied. */
export interface VerdictRecord {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** One invocation of the function. */
  readonly requestId: string;
  /** One request to the application, through all functions it passes. */
  readonly sessionId: string;
  readonly instanceId: string;
  readonly function: string;
  readonly event: EventName;
  readonly url: string;
  readonly method: string;
  readonly hash: number;
  /** Absent: the local graph was not asked. */
  readonly local?: LevelCheck;
  /** Absent: the controller was not asked. */
  readonly global?: ControllerVerdict;
  /** Deny if any graph that was asked denies. */
  readonly verdict: "allow" | "deny";
  /** Of the graph that denied, the local one first. */
  readonly reason: Reason;
  /** What the hook could not make an event of. */
  readonly problem?: string;
  readonly action: Action;
  /** Whether the operation continues: always, except for a deny under `enforce`. */
  readonly permitted: boolean;
}

/** An event after the local graph, before the controller. */
export interface PendingVerdict {
  readonly event: GuardEvent;
  readonly requestId: string;
  readonly atMs: number;
  readonly local: LevelCheck | undefined;
  /** What the controller gets: a question whose answer `conclude` needs, a note, or nothing. */
  readonly forward: "check" | "event" | "none";
}

export interface FlowGuard {
  /** `atMs`: milliseconds since the epoch. Never throws. */
  begin(event: GuardEvent, requestId: string, atMs: number): PendingVerdict;
  /** `answer`: needed where `forward` is `check`; without it the event is denied. */
  conclude(pending: PendingVerdict, answer?: ControllerAnswer): VerdictRecord;
  /** `strict`: requests that began and did not end. */
  readonly openRequests: number;
}

export interface FlowGuardOptions extends Partial<OpenFlowsLimits> {
  /** Of the function that is guarded; absent: the controller has none for it. */
  readonly policy: LocalPolicy | undefined;
  readonly semantics: Semantics;
  readonly action: Action;
  /** What becomes of checks without a local policy. */
  readonly withoutPolicy?: "deny" | "allow";
  /** What becomes of a question that the controller did not answer, or not understandably. */
  readonly withoutAnswer?: "deny" | "allow";
}

export function createGuard(options: FlowGuardOptions): FlowGuard {
  const { policy, semantics, action, withoutPolicy = "deny", withoutAnswer = "deny" } = options;
  const state = createLocalState(policy, { ...options, withoutPolicy });

  const begin: FlowGuard["begin"] = (event, requestId, atMs) => {
    const of = { event, requestId, atMs };
    if (action === "record") return { ...of, local: undefined, forward: "event" };
    const { check: local, began } = state.check(event, requestId, atMs);
    // The artifact tells the controller also of what it denied.
    if (semantics !== "strict") return { ...of, local, forward: event.name === "GETE" ? "check" : "event" };
    // The end of a request that began must reach the controller, or the session would stay open.
    const asks = local?.verdict === "allow" || (event.name === "ENDE" && began);
    return { ...of, local, forward: asks ? "check" : "none" };
  };

  const conclude: FlowGuard["conclude"] = ({ event, requestId, atMs, local, forward }, answer) => {
    const global = forward === "check" ? settled(answer, withoutAnswer) : undefined;
    if (local !== undefined) {
      state.settle(event, requestId, atMs, { check: local, denied: global?.verdict === "deny" });
    }
    const checks = [local, global].filter((check) => check !== undefined);
    const denied = checks.find(({ verdict }) => verdict === "deny");
    return {
      at: new Date(atMs).toISOString(),
      requestId,
      sessionId: event.sessionId,
      instanceId: event.instanceId,
      function: event.function,
      event: event.name,
      url: event.url,
      method: event.method,
      hash: eventHash(event),
      ...(local && { local }),
      ...(global && { global }),
      verdict: denied === undefined ? "allow" : "deny",
      reason: (denied ?? checks.find(({ reason }) => reason !== "ok"))?.reason ?? "ok",
      action,
      permitted: denied === undefined || action !== "enforce",
    };
  };

  return {
    begin,
    conclude,
    get openRequests() {
      return state.openRequests;
    },
  };
}

/** Only a failure is for `withoutAnswer` to judge, never a denial. */
function settled(answer: ControllerAnswer | undefined, withoutAnswer: "deny" | "allow"): ControllerVerdict {
  if (answer === undefined) return { verdict: withoutAnswer, reason: "protocol-error" };
  return "failure" in answer ? { verdict: withoutAnswer, reason: answer.failure } : answer;
}
