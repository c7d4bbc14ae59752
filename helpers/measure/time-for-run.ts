import type { Config } from "../config/config.ts";
import { settleTimeMs } from "./settling.ts";
import type { TimeSpent } from "./time-spent.ts";

/**
 * The time for what is not yet measured, ms: what earlier sessions measured is taken off, whenever that was. `undefined`:
 * no limit.
 * @param labels all functions of the run
 */
export function measuringMs(
  { plan: { budgetMinutes }, sizes, resume }: Pick<Config, "plan" | "sizes" | "resume">,
  { labels, spent }: { readonly labels: readonly string[]; readonly spent: Readonly<Record<string, TimeSpent>> },
): number | undefined {
  const planned =
    budgetMinutes !== undefined
      ? budgetMinutes * 60_000
      : sizes && labels.reduce((sum, label) => sum + (sizes[label]?.timeMs ?? 0), 0);
  const spentMs = Object.values(spent).reduce((sum, each) => sum + each.spentMs, 0);
  const leftMs = planned === undefined ? Infinity : Math.max(0, planned - spentMs);
  const withinMs = resume?.withinMinutes === undefined ? Infinity : settleTimeMs(resume.withinMinutes);
  const forMs = Math.min(leftMs, withinMs);
  return forMs === Infinity ? undefined : forMs;
}

/** Time spent by functions that have begun and are not complete, ms. */
export const unfinishedMs = (spent: Readonly<Record<string, TimeSpent>>): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(spent).flatMap(([label, { spentMs, complete }]) => (complete ? [] : [[label, spentMs]])),
  );
