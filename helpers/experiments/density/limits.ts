/** When to read, and when to stop. Pure. */
import type { DensityPoint } from "../../../reports/records/density-record.ts";
import { type Plan, shuffledAt } from "../../measure/plan.ts";

/** Instances are read at 1, 2, 4, 8 and so on. */
export const isPoint = (instances: number): boolean => Number.isInteger(Math.log2(instances));

type Reading = Pick<DensityPoint, "instanceBytes" | "availableBytes">;

/** Whether memory has changed by less than 0.5 % between two readings; of instances, or else of the machine. */
export function hasSettled(before: Reading, now: Reading): boolean {
  const [old, fresh] = [before, now].map(({ instanceBytes, availableBytes }) =>
    instanceBytes === undefined ? availableBytes : instanceBytes.reduce((sum, bytes) => sum + bytes, 0),
  );
  return old === undefined || fresh === undefined || Math.abs(fresh - old) < 0.005 * old;
}

export interface Taken {
  readonly instances: number;
  /** Sum of their working sets; absent: not known. */
  readonly workingSetBytes: number | undefined;
  /** What the machine has less than before the first, whoever took it; absent: not known. */
  readonly lessAvailableBytes: number | undefined;
}

export interface MemoryLimits {
  /** Of what the instances take, as the user has set it; absent: none. */
  readonly memoryBytes?: number | undefined;
  /** Free before the first instance; absent: not known. */
  readonly availableBytes: number | undefined;
}

/**
 * Whether one more instance, which takes as much as the average one, stays within the user's limit and within half of the
 * memory that was free. What other programs have taken meanwhile counts for the half.
 */
export function fitsOneMore(
  { instances, workingSetBytes, lessAvailableBytes }: Taken,
  { memoryBytes = Infinity, availableBytes }: MemoryLimits,
): boolean {
  const own = workingSetBytes ?? lessAvailableBytes ?? 0;
  const next = own / instances;
  const half = availableBytes === undefined ? Infinity : availableBytes / 2;
  return own + next <= memoryBytes && Math.max(own, lessAvailableBytes ?? 0) + next <= half;
}

/** Every system is in every place of a block equally often, in as many blocks as there are systems. */
export function rotatedOrder(
  plan: Pick<Plan, "seed" | "label">,
  systems: readonly string[],
  block: number,
): readonly string[] {
  const order = shuffledAt(plan, systems, "density");
  const from = block % order.length;
  return [...order.slice(from), ...order.slice(0, from)];
}
