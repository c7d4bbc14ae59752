import type { LatencyRecord } from "../../reports/records/record.ts";
import type { MeasuredRun } from "./measured-run.ts";
import type { Plan } from "./plan.ts";

export interface FunctionPlan {
  /** As planned: what the record says, and what its hash is made of. */
  readonly recorded: LatencyRecord["plan"];
  /** As measured: where time ends the function, its blocks are the most that there may be. */
  readonly plan: Plan;
  readonly settle: { readonly toBlocks: number; readonly withinMs: number } | undefined;
}

/** A function's part of the run's plan. */
export function functionPlan(
  { plan: ofRun, sizes }: Pick<MeasuredRun["config"], "plan" | "sizes">,
  label: string,
  systems: readonly string[],
): FunctionPlan {
  const size = sizes?.[label];
  const { blocks, rounds, warmupRounds } = size ?? ofRun;
  const { mostBlocks = blocks, leastBlocks, settle } = size ?? {};
  const recorded = { ...ofRun, blocks, rounds, warmupRounds, ...(leastBlocks !== undefined && { leastBlocks }) };
  return { recorded, plan: { ...recorded, blocks: mostBlocks, label, systems }, settle };
}
