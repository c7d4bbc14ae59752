import type { RunnerTestCase } from "vitest";
import { recordFile } from "../../../reports/records/artifact.ts";
import type { LoadPlan, LoadRecord } from "../../../reports/records/load-record.ts";
import { openLoadJournal, recordFromLoadJournal, writeLoad } from "../../../reports/records/store.ts";
import { nowNs, nsToMs } from "../../base/clock.ts";
import type { Config } from "../../config/config.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import type { Lab } from "../../testbed/run/lab.ts";
import { isSpent } from "../../measure/budget.ts";
import { recordHead } from "../../measure/record-head.ts";
import type { Stage } from "../../measure/stage.ts";
import type { ComparedSystem } from "../../config/systems.ts";
import { createStepMeter } from "./step-meter.ts";
import { measureLoadBlock } from "./measure-block.ts";
import type { StepTarget } from "./run-step.ts";

export interface LoadMeasurement {
  readonly measured: MeasuredFunction;
  readonly systems: readonly ComparedSystem[];
  readonly lab: Pick<Lab, "runId" | "resultsDirectory" | "config" | "watchdog" | "measureUntilMs">;
  readonly stage: Stage;
  readonly emptyTarget: StepTarget;
}

/**
 * Measures one function under load on all systems and hands the record to the reporter, however it ends: what was
 * measured before an interruption is drawn.
 */
export async function measureLoad(
  { measured, systems, lab, stage, emptyTarget }: LoadMeasurement,
  { task, signal }: { readonly task: Readonly<RunnerTestCase>; readonly signal: AbortSignal },
): Promise<LoadRecord> {
  const { label } = measured;
  const { config, resultsDirectory: folder, measureUntilMs: endMs } = lab;
  const { baseline } = config;
  const plan = loadPlanOf(config);
  const names = systems.map(({ name }) => name);
  const journal = openLoadJournal(folder, {
    ...recordHead(measured, systems, lab),
    plan,
  });
  const onStep = createStepMeter(task, { label, baseline, systems: names, plan });
  const originNs = nowNs();
  const spent = (done: number): boolean => isSpent(endMs, { nowMs: nsToMs(nowNs()), startMs: nsToMs(originNs), done });
  try {
    for (let block = 0; block < plan.blocks && !spent(block); block++) {
      await measureLoadBlock({
        plan,
        label,
        systems: names,
        block,
        stage,
        emptyTarget,
        journal,
        originNs,
        onStep,
        signal,
      });
    }
    journal.append({ kind: "end", data: { endedAt: new Date().toISOString() } });
  } finally {
    journal.close();
    const record = recordFromLoadJournal(folder, label);
    if (record.steps.length > 0) await recordFile(task, await writeLoad(folder, record));
  }
  return recordFromLoadJournal(folder, label);
}

export const loadPlanOf = ({ plan, load, callTimeoutMs }: Config): LoadPlan => ({
  loop: "open-rate",
  profile: plan.profile,
  seed: plan.seed,
  blocks: plan.blocks,
  warmupRounds: plan.warmupRounds,
  connection: plan.connection,
  ...load,
  callTimeoutMs,
});
