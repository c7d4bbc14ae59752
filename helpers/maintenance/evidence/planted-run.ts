import { join } from "node:path";
import type { LatencyRecord } from "../../../reports/records/record.ts";
import { openJournal, readJournal, recordFromJournal } from "../../../reports/records/store.ts";
import { runPlan } from "../../measure/run-plan.ts";
import type { Planted, PlantedStage } from "./planted-stage.ts";

export const plantedPlan = {
  profile: "planted",
  blocks: 5,
  rounds: 20,
  warmupRounds: 3,
  connection: "keepalive",
} as const;
const label = "waiting";

export interface PlantedRun {
  /** Of its journal. */
  readonly folder: string;
  readonly seed: number;
  /** What each system's function does; with `base`, and its A/A arm `base-aa`. */
  readonly planted: Readonly<Record<string, Planted>>;
  readonly signal: AbortSignal;
}

/** One run by the real plan, loop and journal. @throws {KaliumError} as the gateway does */
export async function measurePlanted(
  stage: PlantedStage,
  { folder, seed, planted, signal }: PlantedRun,
): Promise<LatencyRecord> {
  const systems = Object.keys(planted);
  const plan = { ...plantedPlan, seed };
  const vanilla = { variant: "vanilla", runtime: "native", guard: "none" } as const;
  const journal = openJournal(join(folder, `${seed}.jsonl`), {
    runId: `planted-${seed}`,
    startedAt: new Date().toISOString(),
    flow: "planted",
    label,
    starred: false,
    baseline: "base",
    systems: systems.map((name) => ({ name, ...vanilla, ...(name === "base-aa" && { aaOf: "base" }) })),
    plan,
  });
  try {
    await runPlan({
      plan: { ...plan, label, systems },
      baseline: "base",
      control: "base-aa",
      stage: stage.stageOf(planted),
      journal,
      endMs: undefined,
      session: 0,
      onSample: () => undefined,
      signal,
    });
  } finally {
    journal.close();
  }
  return recordFromJournal(readJournal(journal.path));
}
