import type { LatencyRecord } from "./record.ts";

type Size = Pick<LatencyRecord["plan"], "blocks" | "rounds" | "warmupRounds">;

/** A plan with the blocks and rounds that the function's first block chose, where it did. */
export function sizedPlan<Plan extends Size>(plan: Plan, sized: LatencyRecord["sized"]): Plan {
  if (sized === undefined) return plan;
  const { rounds, warmupRounds, blocks = plan.blocks } = sized;
  return { ...plan, rounds, warmupRounds, blocks };
}
