import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Void } from "../../reports/records/record.ts";
import { nowNs, nsToMs } from "../base/clock.ts";
import { plannedCalls } from "./plan.ts";
import { owedBlocks } from "./repeats.ts";
import { createSimulatedStage, runInto, runSimulated, simulatedPlan } from "./simulated-stage.test-support.ts";
import type { Stage } from "./stage.ts";

const hung = (block: number): Void => ({ block, reason: "a pod hung" });
/** A stage whose blocks are void where `voidOf` says so. */
function voidingStage(voidOf: (block: number) => readonly Void[]): Stage {
  return {
    open: (block, signal) =>
      createSimulatedStage([], { block: { inspect: () => Promise.resolve(voidOf(block)) } }).open(block, signal),
  };
}
const only = (...voided: readonly number[]) =>
  voidingStage((block) => (voided.includes(block) ? [{ ...hung(block), system: "native" }] : []));
const repeats = ({ blocks }: { readonly blocks: readonly { block: number; repeats?: number | undefined }[] }) =>
  blocks.map((times) => [times.block, times.repeats]);
const spentMs = (): number => nsToMs(nowNs());

test("a void block is measured once more at the end, in a block and an order of its own; the void one stays", async () => {
  const record = await runSimulated(only(0, 1));
  expect(repeats(record)).toEqual([
    [0, undefined],
    [1, undefined],
    [2, undefined],
    [3, 0],
    [4, 1],
  ]);
  expect(record.voids?.map(({ block }) => block)).toEqual([0, 1]);
  expect(record.stopped?.reason).toBe("blocks");
  const again = record.samples.filter(({ block }) => block === 3);
  expect(again.map(({ system, round }) => [system, round])).toEqual(
    plannedCalls(simulatedPlan, 3).map(({ system, round }) => [system, round]),
  );
});

test("once only: a repetition that is void, too, is not repeated", async () => {
  expect(repeats(await runSimulated(voidingStage((block) => [hung(block)])))).toHaveLength(6);
});

test("at most as many are repeated as the first block chose", async () => {
  const resize = () => ({ rounds: 8, warmupRounds: 4, blocks: 5, endMs: spentMs() + 3_600_000 });
  const disturbed = voidingStage((block) => [{ ...hung(block), cause: "machine" }]); // repetitions are repeated, too
  expect((await runSimulated(disturbed, { blocks: 15, leastBlocks: 5 }, { resize })).blocks).toHaveLength(10);
});

test("whatever its calls took: the same blocks are measured again when a void block was fast and when it was slow", async () => {
  const at = async (latencyNs: number) => {
    const { open } = createSimulatedStage([], {
      answer: ({ block, system }) => (block === 1 && system === "native" ? { latencyNs } : {}),
      block: { inspect: (samples) => Promise.resolve(samples[0]?.block === 1 ? [hung(1)] : []) },
    });
    return repeats(await runSimulated({ open }));
  };
  expect(await at(1e6)).toEqual(await at(90e6));
});

test("a void cell is not measured again: what is wrong about the work would be wrong again", async () => {
  const wrong = voidingStage(() => [{ system: "native", reason: "not the seed" }]);
  expect((await runSimulated(wrong)).blocks).toHaveLength(3);
  const cellVoid = { system: "native", reason: "not the seed" };
  const blocks = [{ block: 0, resetMs: 0, deployMs: 0, warmupMs: 0, measureMs: 0, removeMs: 0 }];
  const owed = (voids: readonly Void[]) => owedBlocks({ blocks, voids }, { planned: 1 });
  expect(owed([cellVoid, { ...hung(0), system: "native" }])).toEqual([]);
  expect(owed([cellVoid, { ...hung(0), system: "gvisor" }])).toEqual([0]);
  expect(owed([{ reason: "the proof failed" }, hung(0)])).toEqual([]);
});

test("when the function's time is over only a claim's blocks are measured again, and none after the run's", async () => {
  const plan = { blocks: 15, leastBlocks: 5 };
  const endMs = spentMs();
  const floor = await runSimulated(only(1), plan, { endMs });
  expect(repeats(floor).at(-1)).toEqual([5, 1]);
  expect(floor.stopped?.reason).toBe("budget");
  expect((await runSimulated(only(0), plan, { endMs, untilMs: endMs })).blocks).toHaveLength(1);
  const enough = await runSimulated(only(1), { blocks: 15, leastBlocks: 1 }, { endMs });
  expect(enough.blocks).toHaveLength(1);
});

test("the smoke suite judges answers, not times: it measures nothing again", async () => {
  expect((await runSimulated(only(0), { profile: "smoke" })).blocks).toHaveLength(3);
});

test("an interrupted run still owes the void blocks of before; a complete one that is measured further does not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kb-repeats-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const interrupted = join(folder, "interrupted.jsonl");
  const cut: Stage = {
    open: (block, signal) =>
      block === 2 ? Promise.reject(new Error("the machine went down")) : only(0).open(block, signal),
  };
  await expect(runInto(interrupted, cut)).rejects.toThrow("went down");
  expect(repeats(await runInto(interrupted, createSimulatedStage([]))).at(-1)).toEqual([3, 0]);

  const complete = join(folder, "complete.jsonl");
  await runInto(complete, only(0), {}, { endMs: spentMs(), untilMs: spentMs() });
  const settled = await runInto(complete, only(2), {}, { settleTo: 3 });
  expect(repeats(settled)).toEqual([
    [0, undefined],
    [1, undefined],
    [2, undefined],
    [3, 2],
  ]);
});
