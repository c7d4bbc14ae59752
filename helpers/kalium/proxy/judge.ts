import { nowNs } from "../../base/clock.ts";
import type { ControllerClient } from "../controller/client.ts";
import { encodeEvent, type GuardEvent } from "../core/event.ts";
import { createGuard, type FlowGuardOptions, type VerdictRecord } from "../core/guard.ts";
import { guardEvent, type InstancePlace } from "./guard-event.ts";
import type { HookEvent } from "./hook-message.ts";
import type { ProxyTimings } from "./verdict-log.ts";

export interface VerdictJudgement extends Omit<ProxyTimings, "checkTotalNs"> {
  readonly record: VerdictRecord;
}

/** Decides the events of one instance: its own graph first, then the controller where the semantics ask it. */
export interface Judge {
  /** One at a time. `deadlineMs`: for the controller's answer, on the clock of `performance.now()`. */
  judge(message: HookEvent, deadlineMs: number): Promise<VerdictJudgement>;
  /** All requests are forgotten. */
  reset(): void;
  /** `strict`: requests that began and did not end. */
  readonly openRequests: number;
}

export interface JudgeOptions {
  readonly place: InstancePlace;
  readonly guard: FlowGuardOptions;
  /** Absent where nothing is asked: `record` without a controller. */
  readonly client?: ControllerClient | undefined;
}

export function createJudge({ place, guard: options, client }: JudgeOptions): Judge {
  let guard = createGuard(options);
  return {
    judge: async (message, deadlineMs) => {
      const startNs = nowNs();
      const requestId = `${place.instanceId}/${message.request}`; // unique among all instances
      let event: GuardEvent;
      let text: string;
      try {
        if (message.problem !== undefined) throw new TypeError(message.problem);
        event = guardEvent(message, place);
        text = encodeEvent(event);
      } catch {
        const record = refusal(message, requestId, place, options);
        return { record, eventConstructionNs: nowNs() - startNs, localGuardNs: 0, controllerNs: 0 };
      }
      const eventNs = nowNs();
      const current = guard; // a reset may come while the controller is asked
      const pending = current.begin(event, requestId, Date.now());
      const localNs = nowNs();
      if (pending.forward === "event") void client?.tell(text);
      const asked = pending.forward === "check" && client !== undefined;
      const answer = asked ? await client.check(text, deadlineMs) : undefined;
      return {
        eventConstructionNs: eventNs - startNs,
        localGuardNs: localNs - eventNs,
        controllerNs: asked ? nowNs() - localNs : 0,
        record: current.conclude(pending, answer),
      };
    },
    reset: () => {
      guard = createGuard(options);
    },
    get openRequests() {
      return guard.openRequests;
    },
  };
}

/** The verdict on what could not be made an event. */
const refusal = (
  message: HookEvent,
  requestId: string,
  place: InstancePlace,
  { action }: Pick<FlowGuardOptions, "action">,
): VerdictRecord => ({
  at: new Date().toISOString(),
  requestId,
  sessionId: message.session,
  instanceId: place.instanceId,
  function: place.functionName,
  event: message.event,
  url: "",
  method: message.method ?? "",
  hash: 0,
  verdict: "deny",
  reason: "protocol-error",
  ...(message.problem !== undefined && { problem: message.problem }),
  action,
  permitted: action !== "enforce",
});
