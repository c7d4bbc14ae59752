import type { TestContext } from "vitest";
import { recordLatency } from "../../reports/artifact.ts";
import type { LatencyRecord } from "../../reports/record.ts";
import { journalPath, openJournal, readJournal, recordFromJournal } from "../../reports/store.ts";
import type { MeasuredFunction } from "../contracts.ts";
import { nowNs } from "../clock.ts";
import type { Services } from "../testbed/testbed.ts";
import { measureBlock } from "./measure-block.ts";
import type { Plan } from "./plan.ts";
import { createProgressMeter } from "./progress-meter.ts";

/** The parts of Vitest's test context that measuring uses. */
export type MeasureContext = Pick<TestContext, "task" | "signal">;

/**
 * Measures one function under all selected systems, block by block, and hands the record to the reporter. Every call
 * is in the journal before the next one starts.
 */
export async function measureFunction(
  measured: MeasuredFunction,
  services: Services,
  { task, signal }: MeasureContext,
): Promise<LatencyRecord> {
  const { lab, systems } = services;
  const { flow, label, starred } = measured;
  const plan: Plan = { ...lab.config.plan, label, systems: systems.map(({ name }) => name) };
  const journal = openJournal(journalPath(lab.resultsDirectory, label), {
    runId: lab.runId,
    startedAt: new Date().toISOString(),
    flow,
    label,
    starred,
    baseline: lab.config.baseline,
    systems: systems.map(({ name, variant, runtime, guard }) => ({ name, variant, runtime, guard })),
    plan: lab.config.plan,
  });
  try {
    const startNs = nowNs();
    const progress = createProgressMeter(task, plan, lab.config.baseline);
    for (let block = 0; block < plan.blocks; block++) {
      await measureBlock(measured, services, { plan, block, journal, progress, startNs, signal });
    }
    journal.append({ kind: "end", data: { endedAt: new Date().toISOString() } });
  } finally {
    await recordLatency(task, journal.close());
  }
  return recordFromJournal(readJournal(journal.path));
}
