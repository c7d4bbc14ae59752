/**
 * A measuring process that is about to be killed: real settings, results folder, journal, loop and stop rule, on a stage
 * whose calls take a millisecond. It prints every sample once the journal has it, before the next call.
 */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sample } from "../../../reports/records/record.ts";
import {
  journalPath,
  openJournal,
  readJournal,
  recordFromJournal,
  sealRun,
  writeLatency,
} from "../../../reports/records/store.ts";
import { nowNs } from "../../base/clock.ts";
import { loadConfig } from "../../config/config.ts";
import { openResults } from "../../testbed/run/open-results.ts";
import type { PlannedCall } from "../../measure/plan.ts";
import { runPlan } from "../../measure/run-plan.ts";
import type { Stage } from "../../measure/stage.ts";
import { systemNamed } from "../../config/systems.ts";
import { scriptedLabel as label } from "./measuring-session.ts";

const startedAt = new Date().toISOString();
const config = loadConfig();
const { folder, runId, session } = await openResults({
  config,
  startedAt,
  sandboxRunId: `${process.pid}`, // it has no sandboxes
  leftOut: [],
  environment: { node: process.version },
  labels: [label],
  vitestArguments: [],
});
const say = (what: unknown): void => void writeSync(1, `${JSON.stringify(what)}\n`);
say({ folder });

const systems = config.systems.map(systemNamed);
const { baseline } = config;
const facts = { runId, startedAt, flow: label, label, starred: false, baseline, plan: config.plan };
const journal = openJournal(journalPath(folder, label), {
  ...facts,
  systems: systems.map((system) => ({ ...system })),
});
await runPlan({
  plan: { ...config.plan, label, systems: config.systems },
  baseline,
  control: systems.find(({ aaOf }) => aaOf === baseline)?.name,
  stage: { open: () => Promise.resolve(scriptedBlock()) },
  journal,
  endMs: undefined,
  session,
  onSample: (sample) => say({ sample }),
  signal: new AbortController().signal,
});
journal.close();
await writeLatency(folder, recordFromJournal(readJournal(journal.path)));
await sealRun(folder, { outcome: "passed", endedAt: new Date().toISOString() });

function scriptedBlock(): Awaited<ReturnType<Stage["open"]>> {
  const remove = (): Promise<void> => Promise.resolve();
  return {
    resetMs: 0,
    deployMs: 0,
    proofs: [],
    voids: [],
    call,
    floors: () => Promise.resolve({ floors: [], lost: [] }),
    inspect: () => Promise.resolve([]),
    remove,
    [Symbol.asyncDispose]: remove,
  };
}

async function call(planned: PlannedCall): Promise<Sample> {
  const startedAtNs = nowNs();
  await sleep(1);
  return { ...planned, startedAtNs, latencyNs: nowNs() - startedAtNs, status: 200, outcome: "ok" };
}
