import { expect, test } from "vitest";
import { allocate, fewestBlocks, type FunctionNeeds, sizeMs } from "./allocation.ts";

const needs = (label: string, changes: Partial<FunctionNeeds> = {}): FunctionNeeds => ({
  label,
  blockMs: 2_000,
  roundMs: 60,
  between: 0.02 ** 2,
  within: 0.15 ** 2,
  ...changes,
});
const functions = [needs("fast"), needs("slow", { roundMs: 1_200 }), needs("noisy", { within: 0.5 ** 2 })];
const allocated = (timeMs: number, of = functions) => allocate(of, { timeMs, warmupRounds: 10 });
const spentMs = (sizes: ReturnType<typeof allocate>, of = functions) =>
  of.reduce((sum, each) => sum + sizeMs(each, sizes.get(each.label)), 0);

test("slow functions get fewer rounds and a shorter warm-up, noisy ones more rounds", () => {
  const sizes = allocated(180_000);
  const [fast, slow, noisy] = ["fast", "slow", "noisy"].map((label) => sizes.get(label));
  expect(slow?.rounds).toBeLessThan(fast?.rounds ?? 0);
  expect(slow?.warmupRounds).toBe(3);
  expect(fast?.warmupRounds).toBe(10);
  expect(noisy?.rounds).toBeGreaterThanOrEqual(fast?.rounds ?? Infinity);
});

test("the time is kept and used, and more time buys more", () => {
  for (const timeMs of [150_000, 300_000, 600_000]) {
    const spent = spentMs(allocated(timeMs));
    expect(spent).toBeLessThanOrEqual(timeMs);
    expect(spent).toBeGreaterThan(0.85 * timeMs);
  }
});

test("no function has fewer than 5 blocks, however short the time", () => {
  for (const { blocks, rounds } of allocated(0).values()) {
    expect(blocks).toBe(fewestBlocks);
    expect(rounds).toBeGreaterThanOrEqual(4);
  }
});

test("where sandboxes vary most, time goes into blocks, else into rounds", () => {
  const one = (changes: Partial<FunctionNeeds>) => allocated(120_000, [needs("a", changes)]).get("a");
  const sandboxes = one({ between: 0.1 ** 2, within: 0.05 ** 2 });
  const rounds = one({ between: 0.001 ** 2, within: 0.5 ** 2 });
  expect(sandboxes?.blocks).toBeGreaterThan(rounds?.blocks ?? Infinity);
  expect(sandboxes?.rounds).toBeLessThan(rounds?.rounds ?? 0);
});

test("nothing to measure needs nothing", () => {
  expect(allocated(1_000, [])).toEqual(new Map());
});
