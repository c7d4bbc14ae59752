import type { LatencyRecord } from "../../reports/records/record.ts";
import type { Plan } from "./plan.ts";

/** What a block of one function costs; the rest follows from the plan. */
export interface BlockCost {
  /** Reset and check of the database, start and removal of the sandboxes, per system, ms. */
  readonly perSystemMs: number;
  /** One call with its bookkeeping, over all systems, ms. */
  readonly perCallMs: number;
}

/**
 * Where no results say it: 6 systems on a 2-core virtual machine, profile quick, the artifact's workload, 30 November
 * 2026. Starting and removing one instance, and a call, the mean over systems.
 */
const measuredOnce = { perInstanceMs: 360, perCallMs: 22, perCalleeMs: 57 } as const;

/** Start and end of a run: gateway, database, images, drawing. */
export const overheadMs = 12_000;

/** A call that calls others runs them one after the other, some several times: a sixth of a second for the masters. */
export const usualCost = (instances: number): BlockCost => ({
  perSystemMs: measuredOnce.perInstanceMs * instances,
  perCallMs: instances === 1 ? measuredOnce.perCallMs : measuredOnce.perCalleeMs * (instances - 1),
});

/** From an earlier run of the same function; `undefined` when it has no whole block. */
export function costOf({ blocks, samples, systems, plan }: LatencyRecord): BlockCost | undefined {
  const whole = new Set(blocks.map(({ block }) => block));
  const calls = samples.filter(({ block }) => whole.has(block)).length;
  if (calls === 0) return undefined;
  const sum = (of: (times: LatencyRecord["blocks"][number]) => number): number =>
    blocks.reduce((total, times) => total + of(times), 0);
  const pausesMs = (plan.pauseMs ?? 0) * plan.rounds * blocks.length;
  return {
    perSystemMs:
      sum(({ resetMs, deployMs, removeMs }) => resetMs + deployMs + removeMs) / blocks.length / systems.length,
    perCallMs: (sum(({ warmupMs, measureMs }) => warmupMs + measureMs) - pausesMs) / calls,
  };
}

/** Calls of one function; its warm-up counted in full where it ends by itself. */
export const plannedCallsOf = ({ systems, blocks, rounds, warmupRounds }: Omit<Plan, "label">): number =>
  systems.length * blocks * (warmupRounds + rounds);

/** The most that one function takes, without a budget, ms. */
export const expectedMs = (plan: Omit<Plan, "label">, { perSystemMs, perCallMs }: BlockCost): number =>
  plan.blocks * (plan.systems.length * perSystemMs + plan.rounds * (plan.pauseMs ?? 0)) +
  plannedCallsOf(plan) * perCallMs;
