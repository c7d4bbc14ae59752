import type { Flag, Sample } from "../../reports/records/record.ts";
import { nowNs } from "../base/clock.ts";
import { plannedRounds, type Plan, type PlannedCall } from "./plan.ts";
import { isSteady, windowCalls } from "./steady-state.ts";

/** Longest time that a block may take to become steady; the calls are limited by the plan. */
const capNs = 60e9;

export interface WarmUp {
  readonly plan: Plan;
  readonly block: number;
  /** Makes the calls and answers their samples in order. */
  readonly run: (calls: readonly PlannedCall[]) => Promise<readonly Sample[]>;
  /** Monotonic, ns. Default: the machine's. */
  readonly now?: () => number;
}

/**
 * The rounds before the measured ones: as many as the plan says, or until every system has been steady. A system that
 * never was is flagged and still measured: leaving it out would hide it.
 */
export async function warmUp({ plan, block, run, now = nowNs }: WarmUp): Promise<readonly Flag[]> {
  const rounds = (from: number, count: number) => plannedRounds(plan, block, { kind: "warmup", from, count });
  if (plan.warmup !== "detected") {
    await run(rounds(0, plan.warmupRounds));
    return [];
  }
  const startNs = now();
  const restless = new Map<string, number[]>(plan.systems.map((system) => [system, []]));
  let done = 0;
  while (restless.size > 0 && done < plan.warmupRounds && now() - startNs < capNs) {
    const count = Math.min(windowCalls, plan.warmupRounds - done);
    for (const { system, latencyNs } of await run(rounds(done, count))) restless.get(system)?.push(latencyNs);
    done += count;
    for (const [system, latencies] of restless) {
      if (isSteady(latencies, now() - startNs)) restless.delete(system);
    }
  }
  return [...restless.keys()].map((system) => ({
    kind: "no-steady-state",
    system,
    block,
    detail: `not steady within ${done} calls and ${Math.round((now() - startNs) / 1e9)} s`,
  }));
}
