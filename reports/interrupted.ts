/** What a run that was cut off says of itself, so that nobody takes its numbers for those of a whole one. Pure. */
import { capitalised } from "./formats/capitalised.ts";
import { figureFunctions } from "./figures/figure-order.ts";
import type { LatencyRecord } from "./records/record.ts";
import { sizedPlan } from "./records/sized-plan.ts";
import type { Results } from "./records/store.ts";

/** A function whose measurement was cut off: it has no reason to have stopped. */
export const isCut = ({ stopped, imported }: LatencyRecord): boolean => stopped === undefined && imported === undefined;

/**
 * `interrupted after 1 of 20 blocks of product-purchase-publish`, `not ended after ...` of a run that still measures or was
 * killed; `undefined`: the run came to its end.
 */
export function cutOffAfter({ run, latency }: Pick<Results, "run" | "latency">): string | undefined {
  if (run.outcome !== "interrupted" && run.outcome !== "running") return undefined;
  const functions = run.selected ?? (run.application?.calls ?? figureFunctions).map(({ label }) => label);
  const cut = latency.filter(isCut);
  const blocks = cut.map((record) => `${blocksDone(record)} of ${record.label}`);
  const whole = `${latency.length - cut.length} of ${functions.length} functions`;
  const done = functions.length === 1 && blocks.length === 1 ? blocks : [whole, ...blocks];
  return `${run.outcome === "running" ? "not ended" : "interrupted"} after ${done.join(" and ")}`;
}

/** Where time decides, more blocks than planned may be measured: such a count has no total. */
function blocksDone({ blocks: { length }, plan, sized }: LatencyRecord): string {
  const { blocks: planned } = sizedPlan(plan, sized);
  return `${length > planned ? length : `${length} of ${planned}`} blocks`;
}

/** The first of the findings: how far the run came, and the command that finishes it. */
export function cutOffText(results: Pick<Results, "run" | "latency">): string | undefined {
  const after = cutOffAfter(results);
  if (after === undefined) return undefined;
  return `${capitalised(after)}; \`npm run resume -- ${results.run.runId}\` finishes it.`;
}
