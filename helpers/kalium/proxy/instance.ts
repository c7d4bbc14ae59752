import { nowNs } from "../../clock.ts";
import type { ControllerClient } from "../controller/client.ts";
import { createLane } from "../controller/lane.ts";
import { encodeEvent, type GuardEvent } from "../core/event.ts";
import { createGuard, type GuardOptions, type VerdictRecord } from "../core/guard.ts";
import type { JsonLines } from "../json-lines.ts";
import { createCounters, type InstanceCounters } from "./counters.ts";
import { guardEvent, type InstancePlace } from "./guard-event.ts";
import type { HookEvent } from "./hook-message.ts";
import type { LogLine, ProxyTimings } from "./verdict-log.ts";

/** What goes back to the hook. */
export interface HookVerdict {
  readonly id: number;
  /** `deny` under `enforce` only. */
  readonly verdict: "allow" | "deny";
  readonly reason: string;
  readonly localGuardNs: number;
  readonly controllerNs: number;
}

/** A connection of the instance's hook. */
export interface Attachment {
  /** In the order of the calls. `undefined`: a later connection has taken over. Never rejects. */
  readonly decide: (message: HookEvent) => Promise<HookVerdict | undefined>;
  readonly countAnomaly: () => void;
  readonly end: () => void;
}

export interface InstanceStatus extends InstanceCounters {
  readonly function: string;
  readonly hasPolicy: boolean;
  readonly connected: boolean;
  /** How often a hook connected: more than one means that the function's process was started again. */
  readonly connections: number;
  /** `strict`: requests that began and did not end. */
  readonly openRequests: number;
}

export interface GuardedInstance {
  /** A new process of the function: its requests start anew, and `hangUp` of the connection before is called. */
  attach(hangUp: () => void): Attachment;
  status(): InstanceStatus;
  readonly countAnomaly: () => void;
  /** Counters to zero, all requests forgotten. */
  reset(): void;
  close(): void;
}

export interface InstanceOptions {
  readonly place: InstancePlace;
  readonly guard: GuardOptions;
  /** Absent where nothing is asked: `record` without a controller. */
  readonly client?: ControllerClient | undefined;
  readonly log: Pick<JsonLines<LogLine>, "write">;
  /** From the arrival of an event to the controller's answer. */
  readonly timeoutMs: number;
}

export function createInstance({
  place,
  guard: guardOptions,
  client,
  log,
  timeoutMs,
}: InstanceOptions): GuardedInstance {
  const { functionName, instanceId } = place;
  const inOrder = createLane();
  let guard = createGuard(guardOptions);
  let counters = createCounters();
  let hangUpCurrent: (() => void) | undefined;
  let connections = 0;

  /** A verdict on what could not be made an event. */
  const refusal = (message: HookEvent): VerdictRecord => ({
    at: new Date().toISOString(),
    requestId: `${instanceId}/${message.request}`,
    sessionId: message.session,
    instanceId,
    function: functionName,
    event: message.event,
    url: "",
    method: message.method ?? "",
    hash: 0,
    verdict: "deny",
    reason: "protocol-error",
    action: guardOptions.action,
    permitted: guardOptions.action !== "enforce",
  });

  const judge = async (
    message: HookEvent,
    deadlineMs: number,
  ): Promise<readonly [VerdictRecord, Omit<ProxyTimings, "checkTotalNs">]> => {
    const startNs = nowNs();
    let event: GuardEvent;
    let text: string;
    try {
      event = guardEvent(message, place);
      text = encodeEvent(event);
    } catch {
      return [refusal(message), { eventConstructionNs: nowNs() - startNs, localGuardNs: 0, controllerNs: 0 }];
    }
    const eventNs = nowNs();
    const decider = guard; // a reset may come while the controller is asked
    const pending = decider.begin(event, `${instanceId}/${message.request}`, Date.now());
    const localNs = nowNs();
    const asked = pending.forward === "check" && client !== undefined;
    if (pending.forward === "event") void client?.tell(text);
    const answer = asked ? await client.check(text, deadlineMs) : undefined;
    const answeredNs = nowNs();
    return [
      decider.conclude(pending, answer),
      {
        eventConstructionNs: eventNs - startNs,
        localGuardNs: localNs - eventNs,
        controllerNs: asked ? answeredNs - localNs : 0,
      },
    ];
  };

  const attach = (hangUp: () => void): Attachment => {
    hangUpCurrent?.();
    hangUpCurrent = hangUp;
    guard = createGuard(guardOptions);
    const connection = ++connections;
    const isCurrent = (): boolean => hangUpCurrent === hangUp;

    const decide = (message: HookEvent): Promise<HookVerdict | undefined> => {
      const arrivedNs = nowNs();
      const deadlineMs = performance.now() + timeoutMs;
      return inOrder(async () => {
        if (!isCurrent()) return undefined;
        const [record, timings] = await judge(message, deadlineMs);
        const { id } = message;
        const checkTotalNs = nowNs() - arrivedNs;
        counters.count(record);
        log.write({ kind: "verdict", connection, id, ...record, ...timings, checkTotalNs });
        for (const earlier of message.timings ?? []) {
          log.write({ kind: "hook-timings", instanceId, connection, ...earlier });
        }
        const { localGuardNs, controllerNs } = timings;
        const { permitted, reason } = record;
        return { id, verdict: permitted ? "allow" : "deny", reason, localGuardNs, controllerNs };
      });
    };
    return {
      decide,
      countAnomaly: () => counters.countAnomaly(),
      end: () => {
        if (isCurrent()) hangUpCurrent = undefined;
      },
    };
  };

  return {
    attach,
    status: () => ({
      function: functionName,
      hasPolicy: guardOptions.policy !== undefined,
      connected: hangUpCurrent !== undefined,
      connections,
      openRequests: guard.openRequests,
      ...counters.read(),
    }),
    countAnomaly: () => counters.countAnomaly(),
    reset: () => {
      guard = createGuard(guardOptions);
      counters = createCounters();
    },
    close: () => {
      hangUpCurrent?.();
      hangUpCurrent = undefined;
      client?.close();
    },
  };
}
