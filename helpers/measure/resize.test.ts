import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { FunctionSize } from "../config/config.ts";
import { nowNs, nsToMs } from "../base/clock.ts";
import { type FirstCosts, reservedMs, resized } from "./resize.ts";
import { createSimulatedStage, runInto, runSimulated, simulatedPlan } from "./simulated-stage.test-support.ts";
import { pacedWarmUp } from "./warm-up.ts";

const costs = { blockMs: 4_000, roundMs: 300, between: 0.02 ** 2, within: 0.25 ** 2 };
const size: FunctionSize = { blocks: 5, rounds: 10, warmupRounds: 4, timeMs: 41_000, leastMs: 32_000, costs };
const sizes = { first: size, second: size, third: size };
const left = ["first", "second", "third"];
const asExpected: FirstCosts = { openMs: 3_700 / 1.3, coldMs: 300, roundMs: 300, warmupRounds: 4 };
const first = (changes: Partial<FirstCosts>, timeMs = 3 * size.timeMs) =>
  resized({ label: "first", left, sizes, timeMs }, { ...asExpected, ...changes });

test("a function that costs what was expected keeps about its rounds and its share", () => {
  const { rounds = NaN, timeMs = NaN } = first({}) ?? {};
  expect(rounds).toBeGreaterThanOrEqual(8);
  expect(rounds).toBeLessThanOrEqual(14);
  expect(timeMs / size.timeMs).toBeGreaterThan(0.75);
  expect(timeMs / size.timeMs).toBeLessThan(1.35);
});

test("a slow function, not known to be slow, gets fewer rounds, so that 5 blocks fit; a fast one more", () => {
  const slow = first({ openMs: 8_000, coldMs: 4_000, roundMs: 3_000, warmupRounds: 3 });
  expect(slow?.rounds).toBe(4);
  const fast = first({ openMs: 1_000, coldMs: 100, roundMs: 20, warmupRounds: 10 });
  expect(fast?.rounds).toBeGreaterThan(20);
  expect(fast?.timeMs).toBeLessThan(size.timeMs); // what it does not need is the others'
});

test("without time it still gets the least that a claim needs, and nothing is chosen for a function without costs", () => {
  expect(first({}, 0)).toMatchObject({ rounds: 4 });
  expect(resized({ label: "other", left, sizes, timeMs: 1e6 }, asExpected)).toBeUndefined();
});

test("only the last function has as many blocks as there is time for: what others leave is for those that follow", () => {
  expect(first({})?.blocks).toBe(5);
  const timeMs = size.timeMs;
  expect(resized({ label: "third", left: ["third"], sizes, timeMs }, asExpected)).not.toHaveProperty("blocks");
});

test("a function that is quicker than its first block ends with the blocks that it chose", async () => {
  const resize = () => ({ rounds: 6, warmupRounds: 4, blocks: 6, endMs: nsToMs(nowNs()) + 600_000 });
  const record = await runSimulated(createSimulatedStage([]), { blocks: 15, leastBlocks: 5 }, { resize });
  expect(record.blocks).toHaveLength(6);
  expect(record).toMatchObject({ sized: { blocks: 6 }, stopped: { reason: "blocks" } });
});

test("what later functions need at the least is reserved", () => {
  expect(reservedMs({ label: "first", left, sizes })).toBe(64_000);
  expect(reservedMs({ label: "third", left: ["third"], sizes })).toBe(0);
});

const resizeTo = (rounds: number, seen: FirstCosts[] = []) => ({
  resize: (shown: FirstCosts) => {
    seen.push(shown);
    return { rounds, warmupRounds: shown.warmupRounds, endMs: nsToMs(nowNs()) };
  },
});

test("the first block chooses the rounds of all, once it has warmed up; the record says so beside the plan", async () => {
  const seen: FirstCosts[] = [];
  const record = await runSimulated(createSimulatedStage([]), { blocks: 15, leastBlocks: 5 }, resizeTo(6, seen));
  expect(seen).toMatchObject([{ openMs: 2, warmupRounds: 4 }]);
  expect(seen[0]?.roundMs).toBeGreaterThan(0);
  expect(record).toMatchObject({ sized: { rounds: 6, warmupRounds: 4 }, plan: { rounds: 8, warmupRounds: 4 } });
  expect(record.blocks).toHaveLength(5); // its time ended with the first
  const { systems } = simulatedPlan;
  for (const block of [0, 1, 2, 3, 4]) {
    const own = record.samples.filter((sample) => sample.block === block && sample.phase === "measured");
    expect(own).toHaveLength(6 * systems.length);
  }
});

test("a resumed run keeps the rounds that its first block chose", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kb-resized-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "journal.jsonl");
  const plan = { leastBlocks: 3 };
  const cut = createSimulatedStage([], {
    answer: ({ block }) => {
      if (block === 1) throw new Error("the machine went down");
      return {};
    },
  });
  await expect(runInto(path, cut, plan, resizeTo(5))).rejects.toThrow("went down");
  const record = await runInto(path, createSimulatedStage([]), plan, resizeTo(50));
  expect(record.sized?.rounds).toBe(5);
  const rounds = new Set(record.samples.filter(({ phase }) => phase === "measured").map(({ round }) => round));
  expect(rounds.size).toBe(5);
});

test.for([
  ["slow calls end it after the cold round and two more", 1_000, 3],
  ["fast calls have all that the plan allows", 10, 10],
  ["between them it lasts about a second", 200, 5],
] as const)("the first warm-up: %s", async ([, roundMs, warmupRounds]) => {
  let clockNs = 0;
  const plan = { ...simulatedPlan, warmupRounds: 10 };
  const run = () => {
    clockNs += (clockNs === 0 ? 5 : 1) * roundMs * 1e6;
    return Promise.resolve([]);
  };
  const paced = await pacedWarmUp({ plan, block: 0, run, now: () => clockNs });
  expect(paced).toEqual({ warmupRounds, coldMs: 5 * roundMs, roundMs });
});
