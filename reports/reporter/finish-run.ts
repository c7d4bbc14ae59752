import { readRun, writeRun } from "../records/store.ts";
import type { RunRecord } from "../records/record.ts";

/** Writes how a run ended into its `run.json`. @throws {RecordError} */
export async function finishRun(folder: string, outcome: RunRecord["outcome"]): Promise<void> {
  const run = await readRun(folder);
  await writeRun(folder, { ...run, outcome, endedAt: new Date().toISOString() });
}
