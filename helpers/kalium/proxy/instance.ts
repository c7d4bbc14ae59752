import { nowNs } from "../../base/clock.ts";
import { createLane } from "../controller/lane.ts";
import { defaultOpenFlowsLimits } from "../core/open-flows.ts";
import type { JsonLines } from "../json-lines.ts";
import { createCounters, type InstanceCounters } from "./counters.ts";
import { sessionIdOf } from "./guard-event.ts";
import { type Admission, type Admissions, type ArrivingCall, createAdmissions } from "./admission.ts";
import type { Greeting, HookEvent } from "./hook-message.ts";
import { createJudge, type JudgeOptions, type VerdictJudgement } from "./judge.ts";
import type { Postponed } from "./postponed.ts";
import type { VerdictLogLine } from "./verdict-log.ts";

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
export interface HookConnection {
  /** In the order of the calls. `undefined`: a later connection has taken over, or it needs no verdict. Never rejects. */
  readonly decide: (message: HookEvent) => HookVerdict | undefined | Promise<HookVerdict | undefined>;
  readonly countAnomaly: () => void;
  readonly end: () => void;
}

export interface InstanceStatus extends InstanceCounters {
  readonly function: string;
  readonly hasPolicy: boolean;
  readonly connected: boolean;
  /** Sandbox whose process was the first to connect: no other may. Absent: none has yet. */
  readonly instance?: string;
  /** Connections with its token that were refused, because they came from another sandbox. */
  readonly strangers: number;
  /** How often a hook connected: more than one means that the function's process was started again. */
  readonly connections: number;
  /** `strict`: requests that began and did not end. */
  readonly openRequests: number;
}

export interface GuardedInstance {
  /**
   * A new process of the function: its requests start again, and `hangUp` of the connection before is called.
   * @throws {TypeError} for another sandbox than the first one
   */
  attach(greeting: Pick<Greeting, "instance" | "admissionKey">, hangUp: () => void): HookConnection;
  /** The verdict on a call that the function does not have yet. Absent: its hook must ask. */
  readonly admit: (call: ArrivingCall) => Admission | undefined;
  status(): InstanceStatus;
  readonly countAnomaly: () => void;
  readonly countStranger: () => void;
  /** Counters to zero, all requests forgotten. */
  reset(): void;
  close(): void;
}

export interface GuardedInstanceOptions extends JudgeOptions {
  readonly log: Pick<JsonLines<VerdictLogLine>, "write">;
  /** From the arrival of an event to the controller's answer. */
  readonly timeoutMs: number;
  /** Shared by all whose events one controller decides. */
  readonly postponed: Postponed;
}

export function createInstance(options: GuardedInstanceOptions): GuardedInstance {
  const { place, guard, client, log, timeoutMs, postponed } = options;
  const { later, settle, around } = postponed;
  const { functionName, instanceId } = place;
  const inOrder = createLane();
  const judge = createJudge(options);
  let counters = createCounters();
  let hangUpCurrent: (() => void) | undefined;
  let connections = 0;
  let sandbox: string | undefined;
  let strangers = 0;
  let admissions: Admissions | undefined;

  const attach: GuardedInstance["attach"] = ({ instance: from, admissionKey }, hangUp) => {
    if (from !== (sandbox ??= from)) throw new TypeError(`${instanceId} is in sandbox ${sandbox}, not in ${from}`);
    settle();
    hangUpCurrent?.();
    hangUpCurrent = hangUp;
    admissions = undefined;
    judge.reset();
    const connection = ++connections;
    const isCurrent = (): boolean => hangUpCurrent === hangUp;

    const conclude = (
      { id, timings = [] }: HookEvent,
      judgement: VerdictJudgement,
      { arrivedNs, waitedNs }: { readonly arrivedNs: number; readonly waitedNs?: number | undefined },
    ): HookVerdict => {
      const { record, ...durations } = judgement;
      const checkTotalNs = waitedNs ?? nowNs() - arrivedNs;
      const foreseen = waitedNs !== undefined && { foreseen: true as const };
      counters.count(record);
      log.write({ kind: "verdict", connection, id, ...record, ...durations, checkTotalNs, ...foreseen });
      for (const earlier of timings) log.write({ kind: "hook-timings", instanceId, connection, ...earlier });
      const { permitted, reason } = record;
      const { localGuardNs, controllerNs } = durations;
      return { id, verdict: permitted ? "allow" : "deny", reason, localGuardNs, controllerNs };
    };
    const decideLater = (message: HookEvent): Promise<HookVerdict | undefined> => {
      const arrivedNs = nowNs();
      const deadlineMs = performance.now() + timeoutMs;
      return inOrder(async () => {
        if (!isCurrent()) return undefined;
        return conclude(message, await judge.judge(message, deadlineMs), { arrivedNs });
      });
    };
    const { judgeNow } = judge;
    const decideNow =
      judgeNow &&
      ((
        message: HookEvent,
        waitedNs?: number,
      ): { readonly verdict: HookVerdict; readonly isClean: boolean } | undefined => {
        settle();
        const arrivedNs = nowNs();
        if (!isCurrent()) return undefined;
        const judgement = judgeNow(message);
        const isClean = judgement.record.verdict === "allow";
        return { verdict: conclude(message, judgement, { arrivedNs, waitedNs }), isClean };
      });
    const isNew = client?.isNew;
    const own =
      admissionKey !== undefined && decideNow !== undefined && guard.semantics === "strict"
        ? createAdmissions(
            admissionKey,
            (message, waitedNs) => {
              const decided = around(() => decideNow(message, waitedNs));
              return decided && { ...decided.verdict, isClean: decided.isClean };
            },
            {
              later,
              isNew: (session) =>
                isNew?.(sessionIdOf(session, place)) === true && judge.openRequests < defaultOpenFlowsLimits.maxOpen,
              onSurprise: () => {
                counters.countAnomaly();
                hangUp(); // a guard that is wrong about itself is none
              },
            },
          )
        : undefined;
    admissions = own;
    return {
      decide: (message) => {
        if (own?.isEnded(message) === true) return undefined;
        return decideNow === undefined ? decideLater(message) : decideNow(message)?.verdict;
      },
      countAnomaly: () => counters.countAnomaly(),
      end: () => {
        if (!isCurrent()) return;
        settle();
        hangUpCurrent = undefined;
        admissions = undefined;
      },
    };
  };

  return {
    attach,
    admit: (call) => {
      settle();
      return admissions?.admit(call);
    },
    status: () => ({
      function: functionName,
      hasPolicy: guard.policy !== undefined,
      connected: hangUpCurrent !== undefined,
      connections,
      ...(sandbox !== undefined && { instance: sandbox }),
      strangers,
      openRequests: judge.openRequests,
      ...counters.read(),
    }),
    countAnomaly: () => counters.countAnomaly(),
    countStranger: () => {
      strangers++;
    },
    reset: () => {
      judge.reset();
      admissions?.reset();
      counters = createCounters();
    },
    close: () => {
      hangUpCurrent?.();
      hangUpCurrent = undefined;
      admissions = undefined;
      client?.close();
    },
  };
}
