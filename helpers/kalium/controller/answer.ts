/** What a controller answers: frames in, frames out, and the state of the application's requests in between. */
import { decodeEvent, type GuardEvent } from "../core/event.ts";
import type { Semantics } from "../core/flow-graph.ts";
import { createGlobalState, type GlobalState } from "../core/global-state.ts";
import type { LevelCheck } from "../core/level-check.ts";
import { localDocument } from "../core/policy-export.ts";
import type { Policy } from "../core/policy.ts";
import type { Reason } from "../core/reason.ts";
import { type GuardMessage, readGuardMessage, toGuard } from "../wire/messages.ts";

/** Since the start. */
export interface ControllerCounters {
  /** Of any kind, with those that mean nothing. */
  readonly messages: number;
  readonly policiesSent: number;
  readonly checks: number;
  readonly allowed: number;
  readonly events: number;
  readonly malformed: number;
}

export interface AnsweringController {
  /** Replies to one message of one guard, in order; never throws. `nowMs` must not fall. */
  answer(bytes: Uint8Array, nowMs: number): readonly Buffer[];
  /** As the answer to a question in a frame, for guards in the same process. */
  check(event: string, nowMs: number): Pick<LevelCheck, "verdict" | "reason">;
  /** `GlobalState.isNew` */
  isNew(sessionId: string): boolean;
  /** All requests are forgotten. `policy`: and from now on this one counts. */
  reset(policy?: Policy): void;
  readonly counters: ControllerCounters;
  readonly openSessions: number;
}

export interface AnsweringOptions {
  /** Absent: everything is denied, as by a controller without a policy of the name `default`. */
  readonly policy: Policy | undefined;
  readonly semantics: Semantics;
  /** A denial says why. Not to the artifact's guards. */
  readonly givesReasons: boolean;
  /** Called for every event that the global graph looked at, before the reply is sent. */
  readonly onChecked?: (event: GuardEvent, check: LevelCheck, asked: boolean) => void;
}

export function createAnswering({ policy, semantics, givesReasons, onChecked }: AnsweringOptions): AnsweringController {
  let current = policy;
  let state: GlobalState = createGlobalState(current, { semantics });
  const counters = { messages: 0, policiesSent: 0, checks: 0, allowed: 0, events: 0, malformed: 0 };

  const deny = (reason: Reason): Buffer => toGuard.deny(givesReasons ? reason : undefined);

  const check: AnsweringController["check"] = (text, nowMs) => {
    counters.checks++;
    const decoded = decodeEvent(text);
    if (!decoded.ok) {
      counters.malformed++;
      return { verdict: "deny", reason: "protocol-error" };
    }
    const outcome = state.check(decoded.event, nowMs);
    onChecked?.(decoded.event, outcome, true);
    if (outcome.verdict === "allow") counters.allowed++;
    return outcome;
  };
  const verdictOn = (text: string, nowMs: number): Buffer => {
    const { verdict, reason } = check(text, nowMs);
    return verdict === "allow" ? toGuard.allow() : deny(reason);
  };

  const notice = (text: string, nowMs: number): readonly Buffer[] => {
    const decoded = decodeEvent(text);
    if (!decoded.ok) {
      counters.malformed++;
      return [toGuard.acknowledgement()];
    }
    const outcome = state.notify(decoded.event, nowMs);
    if (outcome !== undefined) onChecked?.(decoded.event, outcome, false);
    return semantics === "reference" && decoded.event.name === "ENDE"
      ? [toGuard.acknowledgement(), toGuard.statusRequest()]
      : [toGuard.acknowledgement()];
  };

  const policyOf = (functionName: string): Buffer => {
    const document = current && localDocument(current, functionName);
    if (document === undefined) return toGuard.noPolicy();
    counters.policiesSent++;
    return toGuard.policy(document);
  };

  const replies = (message: GuardMessage, nowMs: number): readonly Buffer[] => {
    switch (message.kind) {
      case "init":
        return [toGuard.noKeys()];
      case "policy-request":
        return [policyOf(message.functionName)];
      case "event":
        counters.events++;
        return notice(message.event, nowMs);
      case "check":
        return [verdictOn(message.event, nowMs)];
      case "unreadable-check":
        counters.checks++;
        counters.malformed++;
        return [deny("protocol-error")];
      case "malformed":
        counters.malformed++;
        return [];
      case "status":
      case "ignored":
        return [];
    }
  };

  return {
    answer: (bytes, nowMs) => {
      counters.messages++;
      return replies(readGuardMessage(bytes), nowMs);
    },
    check: (event, nowMs) => {
      counters.messages++;
      return check(event, nowMs);
    },
    isNew: (sessionId) => state.isNew(sessionId),
    reset: (next) => {
      current = next ?? current;
      state = createGlobalState(current, { semantics });
    },
    counters,
    get openSessions() {
      return state.openSessions;
    },
  };
}
