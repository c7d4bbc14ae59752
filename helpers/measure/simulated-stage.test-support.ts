/** A function that is measured without time passing: scripted latencies instead of sandboxes. For tests. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { LatencyRecord, Sample } from "../../reports/records/record.ts";
import { openJournal, readJournal, recordFromJournal } from "../../reports/records/store.ts";
import { nowNs } from "../base/clock.ts";
import type { Plan, PlannedCall } from "./plan.ts";
import { runPlan, type PlanRun } from "./run-plan.ts";
import type { OpenBlock, Stage } from "./stage.ts";

export const simulatedPlan: Plan = {
  profile: "simulated",
  seed: 7,
  label: "product-photos-assign",
  systems: ["gvisor", "gvisor-aa", "native"],
  blocks: 3,
  rounds: 8,
  warmupRounds: 4,
  connection: "keepalive",
};

/** What happened on the stage, in order: `open 0`, `call native`, `floors`, `inspect`, `remove 0`. */
export type Happenings = string[];

export interface StageScript {
  /** Latency and whatever else differs from a right answer; default: 10 ms. May throw, as a broken harness does. */
  readonly answer?: (call: PlannedCall) => Partial<Sample>;
  readonly block?: Partial<OpenBlock>;
}

export function createSimulatedStage(happened: Happenings, { answer, block: changes }: StageScript = {}): Stage {
  const open = (block: number): Promise<OpenBlock> => {
    happened.push(`open ${block}`);
    let removed = false;
    const remove = (): Promise<void> => {
      if (!removed) happened.push(`remove ${block}`);
      removed = true;
      return Promise.resolve();
    };
    return Promise.resolve({
      resetMs: 1,
      deployMs: 1,
      proofs: [],
      voids: [],
      call: (call) => {
        happened.push(`call ${call.system}`);
        const sample: Sample = {
          ...call,
          startedAtNs: nowNs(),
          latencyNs: 10e6,
          status: 200,
          outcome: "ok",
          ...answer?.(call),
        };
        return Promise.resolve(sample);
      },
      floors: () => {
        happened.push("floors");
        return Promise.resolve({ floors: [{ name: "tcp-echo", medianNs: 1, n: 1 }], lost: [] });
      },
      inspect: () => {
        happened.push("inspect");
        return Promise.resolve([]);
      },
      remove,
      [Symbol.asyncDispose]: remove,
      ...changes,
    });
  };
  return { open };
}

/** `plan`: as measured, where it is not the recorded one. */
type SimulatedOptions = Partial<
  Pick<PlanRun, "plan" | "endMs" | "untilMs" | "resize" | "settleTo" | "session" | "signal" | "onSample">
>;

/** Runs the plan on the stage to its end, with a journal of its own. */
export async function runSimulated(
  stage: Stage,
  changes: Partial<Plan> = {},
  options: SimulatedOptions = {},
): Promise<LatencyRecord> {
  const folder = await mkdtemp(join(tmpdir(), "kb-simulated-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return runInto(join(folder, "journal.jsonl"), stage, changes, options);
}

/** The same into a given journal, which may hold a first part. */
export async function runInto(
  path: string,
  stage: Stage,
  changes: Partial<Plan> = {},
  options: SimulatedOptions = {},
): Promise<LatencyRecord> {
  const plan: Plan = { ...simulatedPlan, ...changes };
  const { label, systems, ...recorded } = plan;
  const journal = openJournal(path, {
    runId: "simulated",
    startedAt: "2026-11-24T12:00:00.000Z",
    flow: "product-photos",
    label,
    starred: false,
    baseline: "gvisor",
    systems: systems.map((name) => ({
      name,
      variant: "vanilla",
      runtime: "gvisor",
      guard: "none",
      ...(name === "gvisor-aa" && { aaOf: "gvisor" }),
    })),
    plan: recorded,
  });
  try {
    await runPlan({
      plan,
      baseline: "gvisor",
      control: systems.includes("gvisor-aa") ? "gvisor-aa" : undefined,
      stage,
      journal,
      endMs: undefined,
      session: 0,
      onSample: () => undefined,
      signal: new AbortController().signal,
      ...options,
    });
  } finally {
    journal.close();
  }
  return recordFromJournal(readJournal(path));
}
