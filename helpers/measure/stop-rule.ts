import type { Stop } from "../../reports/records/record.ts";
import { logEstimate } from "../../reports/stats/interval.ts";
import { tQuantile } from "../../reports/stats/student-t.ts";
import type { Plan } from "./plan.ts";

/**
 * Counts of whole blocks after which precision may end a function. Looking after every block, or as early as 5, would
 * stop too often on blocks that are alike by luck: in simulation (20 000 runs per case) the 95 % interval then covers
 * down to 92.4 %, with these counts 93.7 % at the least.
 */
export const checkpoints: readonly number[] = [10, 14, 20, 28, 40];

export interface MeasuredSoFar {
  /** Finished blocks. */
  readonly done: number;
  /** Per compared system, without the baseline: the paired log ratio of each block that counts. */
  readonly logRatios: ReadonlyMap<string, readonly number[]>;
  /** The A/A arm among them, if there is one. */
  readonly control: string | undefined;
  /** There is no time for another block. */
  readonly budgetSpent: boolean;
  /** Nor is there for the blocks that a claim needs: the run's own time is over. Absent: false. */
  readonly overrun?: boolean;
}

/**
 * Whether a function needs no further block, and why. It stops on precision, never on significance: the half-width of
 * every compared system's interval is at most the goal, or as small as the A/A arm's, below which all is noise.
 */
export function decideStop(
  { blocks, precisionPercent, leastBlocks = 1 }: Pick<Plan, "blocks" | "precisionPercent" | "leastBlocks">,
  { done, logRatios, control, budgetSpent, overrun = false }: MeasuredSoFar,
): Stop | undefined {
  const widthOf = (system: string): number | undefined => halfWidth(logRatios.get(system) ?? []);
  const widths = widthsOf({ logRatios, control });
  const known = widths.filter((width) => width !== undefined);
  const reached = reachedBy({ logRatios, control });
  const floor = control === undefined ? 0 : (widthOf(control) ?? 0);
  const goal = Math.max((precisionPercent ?? 0) / 100, floor);
  const precise = known.length > 0 && known.length === widths.length && Math.max(...known) <= goal;
  if (precisionPercent !== undefined && checkpoints.includes(done) && precise) return { reason: "precise", ...reached };
  if (done >= blocks) return { reason: "blocks", ...reached };
  return budgetSpent && (done >= leastBlocks || overrun) ? { reason: "budget", ...reached } : undefined;
}

/** The half-width of the widest compared interval; empty without one. */
export function reachedBy(so: Pick<MeasuredSoFar, "logRatios" | "control">): Pick<Stop, "halfWidth"> {
  const known = widthsOf(so).filter((width) => width !== undefined);
  return known.length === 0 ? {} : { halfWidth: Math.max(...known) };
}

const widthsOf = ({ logRatios, control }: Pick<MeasuredSoFar, "logRatios" | "control">) =>
  [...logRatios].flatMap(([system, logs]) => (system === control ? [] : [halfWidth(logs)]));

/** Of the 95 % t interval of their mean; `undefined` with fewer than 2 blocks. */
export function halfWidth(logs: readonly number[]): number | undefined {
  if (logs.length < 2) return undefined;
  const { variance = 0, degrees } = logEstimate(logs);
  return tQuantile(0.975, degrees) * Math.sqrt(variance);
}
