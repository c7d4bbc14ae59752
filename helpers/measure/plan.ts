import { createHash } from "node:crypto";
import type { LatencyRecord, Sample } from "../../reports/records/record.ts";

/** What decides every call of a measured function; equal plans with equal seeds give the same calls in the same order. */
export type Plan = LatencyRecord["plan"] & {
  /** Label of the measured function. */
  readonly label: string;
  readonly systems: readonly string[];
};

export type PlannedCall = Pick<Sample, "system" | "block" | "round" | "position" | "phase">;

/** Some rounds of a block, from round `from` on: in each, every system once. The first warm-up round is cold. */
export const plannedRounds = (
  plan: Pick<Plan, "seed" | "label" | "systems">,
  block: number,
  { kind, from = 0, count }: { readonly kind: "warmup" | "measured"; readonly from?: number; readonly count: number },
): readonly PlannedCall[] =>
  Array.from({ length: count }, (_, index) => {
    const round = from + index;
    const phase: Sample["phase"] = kind === "warmup" && round === 0 ? "cold" : kind;
    const order = shuffledAt(plan, plan.systems, `${block}/${phase}/${round}`);
    return order.map((system, position) => ({ system, block, round, position, phase }));
  }).flat();

/** The calls of one block whose warm-up has its full length. */
export const plannedCalls = (plan: Plan, block: number): readonly PlannedCall[] => [
  ...plannedRounds(plan, block, { kind: "warmup", count: plan.warmupRounds }),
  ...plannedRounds(plan, block, { kind: "measured", count: plan.rounds }),
];

/**
 * A random order that depends on the plan's seed, label and `place` alone (sorted by hash), so that an interrupted run
 * continues with the order it would have had.
 */
export function shuffledAt(
  plan: Pick<Plan, "seed" | "label">,
  items: readonly string[],
  place: string,
): readonly string[] {
  const key = (item: string): string => digest(plan, `${place}/${item}`).toString("hex");
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * Bytes by which a block pads its instances' environment, 0 to 4096: memory layout follows the environment's size, so
 * it must not be the same in every block (Mytkowicz et al., ASPLOS 2009).
 */
export const environmentPaddingBytes = (plan: Pick<Plan, "seed" | "label">, block: number): number =>
  digest(plan, `${block}/padding`).readUInt16BE() % 4097;

/**
 * Node of a block on a cluster: the same for all its systems, another in the next block, so that no system has a node of
 * its own. The order of the nodes depends on seed and label alone.
 */
export function nodeOfBlock(
  plan: Pick<Plan, "seed" | "label">,
  nodes: readonly string[],
  block: number,
): string | undefined {
  const order = shuffledAt(plan, nodes, "nodes");
  return order[block % order.length];
}

const digest = ({ seed, label }: Pick<Plan, "seed" | "label">, place: string): Buffer =>
  createHash("sha256").update(`${seed}/${label}/${place}`).digest();
