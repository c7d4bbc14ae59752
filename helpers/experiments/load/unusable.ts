import type { LoadRecord } from "../../../reports/records/load-record.ts";
import { judgeStep } from "../../../reports/records/load-step.ts";

/**
 * A line for everything that makes a load measurement say nothing: empty when every system can be judged. The profile
 * `smoke` judges none: there a system only needs to have been called, however late the client was.
 */
export function unusableLoad(record: LoadRecord): readonly string[] {
  const voids = record.voids.map(({ system = "all systems", block, reason }) => `${system}, block ${block}: ${reason}`);
  const silent = record.systems.flatMap(({ name }) => {
    const steps = record.steps.filter(({ system }) => system === name);
    if (record.plan.profile === "smoke" && steps.length > 0) return [];
    const reasons = steps.map((step) => judgeStep(record.samples, step, record.plan)?.voided);
    return steps.length > 0 && reasons.some((reason) => reason === undefined)
      ? []
      : [`${name}: no valid step${reasons[0] === undefined ? "" : `, first: ${reasons[0]}`}`];
  });
  return [...voids, ...silent];
}
