import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Progress } from "../../reports/records/progress.ts";
import { readJournal } from "../../reports/records/store.ts";
import { createProgressMeter } from "./progress-meter.ts";
import { sizedPlan } from "../../reports/records/sized-plan.ts";
import { createSimulatedStage, runInto, simulatedPlan } from "./simulated-stage.test-support.ts";

test("after a resume rows and headline count the same calls: those of finished blocks, failed ones included", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kb-meter-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "journal.jsonl");
  const plan = { ...simulatedPlan, blocks: 10 };
  const cutInBlock2 = createSimulatedStage([], {
    answer: ({ block, phase, round, system }) => {
      if (block === 2 && phase === "measured" && round === 1) throw new Error("interrupted");
      return block === 1 && phase === "measured" && round === 0 && system === "native" ? { outcome: "error" } : {};
    },
  });
  const resize = () => ({ rounds: 6, warmupRounds: 4, endMs: 1e12 });
  await expect(runInto(path, cutInBlock2, plan, { resize })).rejects.toThrow("interrupted");

  const resumed = readJournal(path);
  const heard: Omit<Progress, "taskId">[] = [];
  const meter = createProgressMeter({ id: "t1" }, sizedPlan(plan, resumed.sized), {
    ...{ baseline: "gvisor", resumed, blocks: 10, endMs: undefined },
    report: (_task, progress) => void heard.push(progress),
  });
  meter.onOpening(3);
  await expect(
    runInto(path, createSimulatedStage([]), plan, { onSample: meter.onSample, settleTo: undefined }),
  ).resolves.toBeDefined();
  const sums = heard.map(({ perSystem }) => Object.values(perSystem).reduce((sum, { count }) => sum + count, 0));
  expect(heard.map(({ done }) => done)).toEqual(sums);
  expect(heard[0]).toMatchObject({ done: 2 * 6 * 3, total: 10 * 6 * 3, perSystem: { native: { count: 12 } } });
  expect(heard.at(-1)).toMatchObject({ done: 10 * 6 * 3, total: 10 * 6 * 3 });
});

test("there is a total only where the plan ends the function, until more calls are made than planned", () => {
  const totalsAfter = (calls: number, endMs: number | undefined): readonly (number | undefined)[] => {
    const heard: (number | undefined)[] = [];
    const plan = { ...simulatedPlan, blocks: 1, rounds: 1 };
    const meter = createProgressMeter({ id: "t1" }, plan, {
      ...{ baseline: "gvisor", resumed: undefined, blocks: 1, endMs },
      report: (_task, { total }) => void heard.push(total),
    });
    const last = { position: plan.systems.length - 1, system: "native", phase: "measured", outcome: "ok" } as const;
    const times = { block: 0, round: 0, startedAtNs: 0, latencyNs: 1e6, status: 200 };
    for (let call = 0; call < calls; call++) meter.onSample({ ...last, ...times });
    return heard;
  };
  expect(totalsAfter(4, undefined)).toEqual([3, 3, 3, undefined]);
  expect(totalsAfter(2, 1e12)).toEqual([undefined, undefined]);
});
