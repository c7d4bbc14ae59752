import { monitorEventLoopDelay } from "node:perf_hooks";
import type { LoadCall, LoadPlan } from "../../../reports/records/load-record.ts";
import type { LoadJournal } from "../../../reports/records/store.ts";
import type { Sample } from "../../../reports/records/record.ts";
import { arrivalsNs } from "./arrivals.ts";
import type { BlockUsage } from "../../measure/price.ts";
import { realClock, runOpenLoop } from "./open-loop.ts";
import { watchUsage } from "./step-usage.ts";

/** What a call needs to be made, and what came back. */
export type StepTarget = (
  call: LoadTarget,
) => Promise<Pick<Sample, "startedAtNs" | "latencyNs" | "status" | "outcome" | "reason">>;
export type LoadTarget = Pick<LoadCall, "system" | "block" | "phase" | "index">;

export interface StepRun {
  readonly plan: LoadPlan;
  /** Label of the measured function. */
  readonly label: string;
  readonly step: Pick<LoadCall, "system" | "block" | "ratePerS" | "phase">;
  readonly windowMs: number;
  readonly target: StepTarget;
  /** Counts what sandboxes use; absent: nobody can tell. */
  readonly usage?: BlockUsage | undefined;
  readonly journal: LoadJournal;
  /** Start of the function's test on the monotonic clock. */
  readonly originNs: number;
  readonly signal: AbortSignal;
}

/**
 * Offers one rate to one system for the step's window, then waits for what is in flight. Every call is in the journal
 * when it is over. What waited for a client until the bound after the window is not sent: it cannot hold it any more.
 * @returns the calls in the order in which they ended
 */
export async function runStep(run: StepRun): Promise<readonly LoadCall[]> {
  const { plan, label, step, windowMs, target, usage, journal, originNs, signal } = run;
  const calls: LoadCall[] = [];
  const keep = (call: LoadCall): void => {
    if (signal.aborted) return;
    journal.append({ kind: "sample", data: call });
    calls.push(call);
  };
  const endUsage = await watchUsage(step.phase === "measured" ? usage : undefined);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startNs = await runOpenLoop({
    clock: realClock,
    offsetsNs: arrivalsNs({
      ...plan,
      windowMs,
      ratePerS: step.ratePerS,
      place: `${label}/${step.block}/${step.phase}`,
    }),
    clients: plan.clients,
    giveUpNs: (windowMs + plan.boundMs) * 1e6,
    send: async ({ index, dueAtNs, waited }) => {
      const { startedAtNs, latencyNs, status, outcome, reason } = await target({ ...step, index });
      keep({
        ...step,
        index,
        dueAtNs: dueAtNs - originNs,
        waited,
        sentAtNs: startedAtNs - originNs,
        latencyNs: startedAtNs + latencyNs - dueAtNs,
        serviceNs: latencyNs,
        status,
        outcome,
        ...(reason !== undefined && { reason }),
      });
    },
    onUnsent: ({ index, dueAtNs, waited }) => {
      const latencyNs = realClock.nowNs() - dueAtNs;
      keep({ ...step, index, dueAtNs: dueAtNs - originNs, waited, latencyNs, status: 0, outcome: "unsent" });
    },
    signal,
  }).finally(() => delay.disable());
  const used = await endUsage();
  if (step.phase === "measured") {
    const { system, block, ratePerS } = step;
    const late = (ns: number): number => Math.max(0, Math.round(ns - 1e6)); // the histogram counts its own tick of 1 ms
    const delays = { loopDelayP99Ns: late(delay.percentile(99)), loopDelayMaxNs: late(delay.max) };
    journal.append({
      kind: "step",
      data: { system, block, ratePerS, startedAtNs: startNs - originNs, ...delays, ...used },
    });
  }
  journal.sync();
  return calls;
}
