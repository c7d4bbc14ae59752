import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Sample } from "../../reports/records/record.ts";
import { nowNs, nsToMs } from "../base/clock.ts";
import { plannedCalls } from "./plan.ts";
import {
  createSimulatedStage,
  type Happenings,
  runInto,
  runSimulated,
  simulatedPlan,
} from "./simulated-stage.test-support.ts";

const systems = simulatedPlan.systems.length;
const order = (samples: readonly Sample[]) =>
  samples.map(({ system, block, phase, round }) => [system, block, phase, round]);

test("every block opens fresh sandboxes, makes the planned calls, measures floors, is inspected and removed", async () => {
  const happened: Happenings = [];
  const record = await runSimulated(createSimulatedStage(happened));
  const calls = (simulatedPlan.warmupRounds + simulatedPlan.rounds) * systems;
  const told = happened.filter((what) => !what.startsWith("call"));
  expect(told).toEqual([0, 1, 2].flatMap((block) => [`open ${block}`, "floors", "inspect", `remove ${block}`]));
  expect(happened.slice(1, 1 + calls).every((what) => what.startsWith("call"))).toBe(true);
  expect(order(record.samples)).toEqual(
    order([0, 1, 2].flatMap((block) => plannedCalls(simulatedPlan, block)) as never),
  );
  expect(record.floors?.map(({ block }) => block)).toEqual([0, 1, 2]);
  expect(record).toMatchObject({ voids: [], stopped: { reason: "blocks" } });
  expect(record.blocks.every(({ loadAverage = NaN }) => loadAverage >= 0)).toBe(true);
});

test("a cell without a call that counts is void, and so is one with more than 1 % failures", async () => {
  const failing = createSimulatedStage([], {
    answer: ({ system, phase, round }) =>
      system === "native" && phase === "measured" && round === 0
        ? { outcome: "error", status: 0, reason: "reset" }
        : {},
  });
  const { voids } = await runSimulated(failing);
  expect(voids).toEqual([{ system: "native", reason: "3 of 24 calls failed, first: reset" }]);
  const disturbed = createSimulatedStage([], { block: { voids: [{ system: "native", reason: "not the seed" }] } });
  expect((await runSimulated(disturbed)).voids).toEqual(
    expect.arrayContaining([{ system: "native", reason: "block 0: not the seed" }]),
  );
});

/** A stage whose first blocks only the machine disturbs. */
const disturbedIn = (blocks: number) => {
  const inspect = (samples: readonly Sample[]) => {
    const block = samples[0]?.block ?? 0;
    const voids = block < blocks ? [{ block, reason: "the client was starved", cause: "machine" as const }] : [];
    return Promise.resolve(voids);
  };
  return createSimulatedStage([], { block: { inspect } });
};

test("a block that only the machine has voided is measured again", async () => {
  const record = await runSimulated(disturbedIn(2));
  expect(record.voids).toEqual([0, 1].map((block) => ({ block, reason: "the client was starved", cause: "machine" })));
  expect(record.blocks.map(({ block }) => block)).toEqual([0, 1, 2, 3, 4]);
  expect(record).toMatchObject({ plan: { blocks: 3 }, stopped: { reason: "blocks" } });
  const spent = await runSimulated(disturbedIn(1), {}, { endMs: nsToMs(nowNs()) });
  expect(spent.blocks.map(({ block }) => block)).toEqual([0, 1]); // time is up, but nothing counted yet
});

test("a machine that stays busy, and a block with another fault, are not measured again and again", async () => {
  const busy = await runSimulated(disturbedIn(Infinity), { blocks: 1 });
  expect(busy.blocks).toHaveLength(4);
  expect(new Set(busy.voids?.map(({ block }) => block))).toEqual(new Set([0, 1, 2, 3]));
  const evicted = { system: "native", block: 0, reason: "a pod was evicted" };
  const faulty = createSimulatedStage([], { block: { inspect: () => Promise.resolve([evicted]) } });
  expect((await runSimulated(faulty, { blocks: 1 })).blocks).toHaveLength(2);
});

test("a void that names its block costs that block, also where the stage found it", async () => {
  const found = { system: "native", block: 1, reason: "a pod hung" };
  const hung = createSimulatedStage([], { block: { inspect: () => Promise.resolve([found]) } });
  const { voids } = await runSimulated(hung, { blocks: 1 });
  expect(voids).toEqual([found]);
});

test("precision ends a function at a checkpoint, not before", async () => {
  const steady = { blocks: 40, rounds: 6, precisionPercent: 2.5 };
  const record = await runSimulated(createSimulatedStage([]), steady);
  expect(record.blocks).toHaveLength(10);
  expect(record.stopped).toEqual({ reason: "precise", halfWidth: 0 });
});

test("a budget that is spent ends a function after the block that is under way, and says so", async () => {
  const spent = { endMs: nsToMs(nowNs()) };
  const record = await runSimulated(createSimulatedStage([]), { blocks: 40 }, spent);
  expect(record.blocks).toHaveLength(1);
  expect(record.stopped?.reason).toBe("budget");
});

test("an interrupted run continues in a new block with the order that it would have had; the cut block does not count", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kb-resumed-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "journal.jsonl");
  const cutInBlock1 = createSimulatedStage([], {
    answer: ({ block, phase, round }) => {
      if (block === 1 && phase === "measured" && round === 3) throw new Error("the machine went down");
      return {};
    },
  });
  await expect(runInto(path, cutInBlock1)).rejects.toThrow("went down");
  const happened: Happenings = [];
  const record = await runInto(path, createSimulatedStage(happened));
  expect(happened.filter((what) => what.startsWith("open"))).toEqual(["open 2", "open 3"]);
  expect(record.blocks.map(({ block }) => block)).toEqual([0, 2, 3]);
  expect(record.voids).toEqual([{ block: 1, reason: "interrupted before the end of the block" }]);
  const resumed = record.samples.filter(({ block }) => block === 2);
  expect(order(resumed)).toEqual(order(plannedCalls(simulatedPlan, 2) as never));
});

test("a complete function is measured further when it is to be settled, and only then; the record says when it was looked at", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kb-settled-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "journal.jsonl");
  const first = await runInto(path, createSimulatedStage([]));
  expect(first.looks).toBeUndefined();
  expect((await runInto(path, createSimulatedStage([]))).blocks).toHaveLength(3);
  const settled = await runInto(path, createSimulatedStage([]), {}, { settleTo: 5 });
  expect(settled.blocks.map(({ block }) => block)).toEqual([0, 1, 2, 3, 4]);
  expect(settled).toMatchObject({ looks: [3], plan: { blocks: 3 }, stopped: { reason: "blocks" }, voids: [] });
  expect(order(settled.samples.filter(({ block }) => block === 4))).toEqual(
    order(plannedCalls(simulatedPlan, 4) as never),
  );
  const enough = await runInto(path, createSimulatedStage([]), {}, { settleTo: 5 });
  expect(enough).toMatchObject({ looks: [3], blocks: settled.blocks });
});

test("settling is decided before: precision does not end it, time does", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kb-settled-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "journal.jsonl");
  const steady = { blocks: 40, rounds: 6, precisionPercent: 2.5 };
  expect((await runInto(path, createSimulatedStage([]), steady)).blocks).toHaveLength(10);
  const settled = await runInto(path, createSimulatedStage([]), steady, { settleTo: 16 });
  expect(settled.blocks).toHaveLength(16); // 14 is a checkpoint
  const hurried = await runInto(path, createSimulatedStage([]), steady, { settleTo: 30, endMs: nsToMs(nowNs()) });
  expect(hurried).toMatchObject({ looks: [10, 16], stopped: { reason: "budget" } });
  expect(hurried.blocks).toHaveLength(17);
});

test("settling that was cut is a look, too; a plain resume ends it with what is there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kb-settled-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "journal.jsonl");
  await runInto(path, createSimulatedStage([]));
  const cutInBlock4 = createSimulatedStage([], {
    answer: ({ block, phase, round }) => {
      if (block === 4 && phase === "measured" && round === 3) throw new Error("the machine went down");
      return {};
    },
  });
  await expect(runInto(path, cutInBlock4, {}, { settleTo: 6 })).rejects.toThrow("went down");
  const ended = await runInto(path, createSimulatedStage([]));
  expect(ended.blocks).toHaveLength(4);
  expect(ended).toMatchObject({ looks: [3], stopped: { reason: "blocks" } });
  const again = await runInto(path, createSimulatedStage([]), {}, { settleTo: 6 });
  expect(again.looks).toEqual([3, 4]);
  expect(again.blocks.map(({ block }) => block)).toEqual([0, 1, 2, 3, 5, 6]);
});
