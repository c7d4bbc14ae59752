import { reportProgress } from "../../../reports/records/progress.ts";
import type { LoadPlan } from "../../../reports/records/load-record.ts";
import type { JudgedStep } from "../../../reports/records/load-step.ts";
import { nowNs, nsToMs } from "../../base/clock.ts";

/** Counts steps for the live line of a function under load: medians are those of the last step of each system. */
export function createStepMeter(
  task: { readonly id: string },
  facts: {
    readonly label: string;
    readonly baseline: string;
    readonly systems: readonly string[];
    readonly plan: LoadPlan;
  },
): (step: JudgedStep) => void {
  const { label, baseline, systems, plan } = facts;
  const startNs = nowNs();
  const total = plan.blocks * plan.ratesPerS.length * systems.length;
  const perSystem: Record<string, { count: number; medianNs?: number }> = {};
  let done = 0;
  return ({ system, planned, latenciesNs: [medianNs] }) => {
    done++;
    const count = (perSystem[system]?.count ?? 0) + planned;
    perSystem[system] = { count, ...(medianNs !== undefined && { medianNs }) };
    const left = Math.max(0, total - done); // a search has more steps, saturation fewer
    const etaMs = (nsToMs(nowNs() - startNs) / done) * left;
    reportProgress(task, {
      label: `${label} under load`,
      done,
      ...(done <= total && { total }),
      baseline,
      perSystem,
      etaMs,
    });
  };
}
