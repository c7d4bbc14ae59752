import { expect, test } from "vitest";
import { syntheticRecord } from "../../reports/testing/synthetic.ts";
import { plannedCallsOf, costOf, expectedMs, usualCost } from "./expected-time.ts";

const plan = {
  profile: "quick",
  seed: 1,
  systems: ["gvisor", "native"],
  blocks: 3,
  rounds: 40,
  warmupRounds: 10,
  connection: "keepalive",
} as const;

test("counts every call, warm-up included", () => {
  expect(plannedCallsOf(plan)).toBe(2 * 3 * 50);
});

test("time is starts, calls and pauses", () => {
  const cost = { perSystemMs: 100, perCallMs: 2 };
  expect(expectedMs(plan, cost)).toBe(3 * 2 * 100 + 300 * 2);
  expect(expectedMs({ ...plan, pauseMs: 50 }, cost)).toBe(3 * 2 * 100 + 300 * 2 + 3 * 40 * 50);
});

test("more instances cost more", () => {
  expect(usualCost(4).perSystemMs).toBe(4 * usualCost(1).perSystemMs);
  expect(usualCost(4).perCallMs).toBeGreaterThan(usualCost(1).perCallMs);
});

test("an earlier record tells the cost, and explains its own time", () => {
  const record = syntheticRecord({ blocks: 2, rounds: 10 });
  const cost = costOf(record);
  const systems = record.systems.map(({ name }) => name);
  const spent = record.blocks.reduce(
    (sum, { resetMs, deployMs, warmupMs, measureMs, removeMs }) =>
      sum + resetMs + deployMs + warmupMs + measureMs + removeMs,
    0,
  );
  // its warm-up is one cold round and five warm ones
  expect(expectedMs({ ...record.plan, systems, warmupRounds: 6 }, cost ?? usualCost(1))).toBeCloseTo(spent, 6);
  expect(costOf({ ...record, blocks: [] })).toBeUndefined();
});
