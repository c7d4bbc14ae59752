import { nowNs } from "../../base/clock.ts";
import type { ControllerClient } from "../controller/client.ts";
import { encodeEvent, type GuardEvent } from "../core/event.ts";
import {
  type ControllerAnswer,
  createGuard,
  type FlowGuard,
  type FlowGuardOptions,
  type PendingVerdict,
  type VerdictRecord,
} from "../core/guard.ts";
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
  /** The same at once. Absent: the controller is in another process. */
  readonly judgeNow?: (message: HookEvent) => VerdictJudgement;
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

  const begin = (message: HookEvent): Begun | VerdictJudgement => {
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
    const pending = guard.begin(event, requestId, Date.now());
    const localNs = nowNs();
    if (pending.forward === "event") void client?.tell(text);
    const question = pending.forward === "check" && client !== undefined ? text : undefined;
    return {
      guard,
      pending,
      question,
      localNs,
      eventConstructionNs: eventNs - startNs,
      localGuardNs: localNs - eventNs,
    };
  };
  const conclude = (
    { guard: asked, pending, question, localNs, eventConstructionNs, localGuardNs }: Begun,
    answer: ControllerAnswer | undefined,
  ): VerdictJudgement => ({
    eventConstructionNs,
    localGuardNs,
    controllerNs: question === undefined ? 0 : nowNs() - localNs,
    record: asked.conclude(pending, answer),
  });

  const checkNow = client?.checkNow;
  return {
    judge: async (message, deadlineMs) => {
      const begun = begin(message);
      if ("record" in begun) return begun;
      const { question } = begun;
      return conclude(begun, question === undefined ? undefined : await client?.check(question, deadlineMs));
    },
    ...((client === undefined || checkNow !== undefined) && {
      judgeNow: (message) => {
        const begun = begin(message);
        if ("record" in begun) return begun;
        const { question } = begun;
        return conclude(begun, question === undefined ? undefined : checkNow?.(question));
      },
    }),
    reset: () => {
      guard = createGuard(options);
    },
    get openRequests() {
      return guard.openRequests;
    },
  };
}

/** Before the controller's answer. A reset may come until then, so the guard that began concludes. */
interface Begun extends Pick<VerdictJudgement, "eventConstructionNs" | "localGuardNs"> {
  readonly guard: FlowGuard;
  readonly pending: PendingVerdict;
  /** For the controller. */
  readonly question: string | undefined;
  readonly localNs: number;
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
