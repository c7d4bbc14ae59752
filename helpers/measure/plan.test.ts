import { expect, test } from "vitest";
import { environmentPaddingBytes, nodeOfBlock, plannedCalls, shuffledAt, type Plan } from "./plan.ts";

const plan: Plan = {
  profile: "quick",
  seed: 7,
  label: "product-photos-assign",
  systems: ["gvisor", "native", "runc"],
  blocks: 3,
  rounds: 40,
  warmupRounds: 10,
  connection: "keepalive",
};

test("every round calls every system once", () => {
  const calls = plannedCalls(plan, 1);
  expect(calls).toHaveLength(3 * 50);
  for (let at = 0; at < calls.length; at += 3) {
    const round = calls.slice(at, at + 3);
    expect(new Set(round.map(({ system }) => system)).size).toBe(3);
    expect(new Set(round.map(({ round: number, phase }) => `${phase} ${number}`)).size).toBe(1);
    expect(round.map(({ position }) => position)).toEqual([0, 1, 2]);
  }
});

test("the first call of each fresh instance is cold, the rest of the warm-up is not", () => {
  const phases = plannedCalls(plan, 0).map(({ phase }) => phase);
  expect(phases.filter((phase) => phase === "cold")).toHaveLength(3);
  expect(phases.filter((phase) => phase === "warmup")).toHaveLength(27);
  expect(phases.indexOf("measured")).toBe(30);
});

test("the order depends on seed, label, block and round, and on nothing else", () => {
  const order = (changed: Partial<Plan>, block: number): string =>
    plannedCalls({ ...plan, ...changed }, block)
      .map(({ system }) => system)
      .join();
  expect(order({}, 0)).toBe(order({ profile: "other", blocks: 9 }, 0));
  expect(order({}, 0)).not.toBe(order({}, 1));
  expect(order({}, 0)).not.toBe(order({ seed: 8 }, 0));
  expect(order({}, 0)).not.toBe(order({ label: "microbenchmark" }, 0));
});

test("all orders of the systems occur about equally often", () => {
  const counts = new Map<string, number>();
  const trials = 6000;
  for (let round = 0; round < trials; round++) {
    const order = shuffledAt(plan, plan.systems, `0/measured/${round}`).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  const expected = trials / 6;
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(counts.size).toBe(6);
  expect(chiSquare).toBeLessThan(20.5); // 99.9 % quantile with 5 degrees of freedom; the seed is fixed
});

test("the padding of the environment varies between 0 and 4096 bytes", () => {
  const paddings = Array.from({ length: 200 }, (_, block) => environmentPaddingBytes(plan, block));
  expect(Math.min(...paddings)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...paddings)).toBeLessThanOrEqual(4096);
  expect(new Set(paddings).size).toBeGreaterThan(150);
});

test("a block's node is the same whenever it is asked for, and the next block has the next node", () => {
  const plan = { seed: 3, label: "microbenchmark" };
  const nodes = ["a", "b", "c"];
  const blocks = [0, 1, 2, 3, 4, 5].map((block) => nodeOfBlock(plan, nodes, block));
  expect(new Set(blocks.slice(0, 3))).toEqual(new Set(nodes));
  expect(blocks.slice(3)).toEqual(blocks.slice(0, 3));
  expect(blocks).toEqual([0, 1, 2, 3, 4, 5].map((block) => nodeOfBlock(plan, nodes.toReversed(), block)));
  const firsts = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => nodeOfBlock({ ...plan, seed }, nodes, 0));
  expect(new Set(firsts).size).toBeGreaterThan(1);
  expect(nodeOfBlock(plan, [], 0)).toBeUndefined();
});
