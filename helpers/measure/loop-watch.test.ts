import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { nowNs } from "../base/clock.ts";
import { createLoopWatch, isLate, isStarved } from "./loop-watch.ts";

const blockFor = (ms: number): void => {
  const endNs = nowNs() + ms * 1e6;
  while (nowNs() < endNs);
};

test("a loop that is blocked during a call is seen", async () => {
  const watch = createLoopWatch();
  await watch.around(async () => {
    await sleep(5);
    blockFor(60);
    await sleep(5);
  });
  expect(watch.takeWorstNs()).toBeGreaterThan(40e6);
  expect(watch.takeWorstNs()).toBe(0);
});

test("what blocks it between calls does not count", async () => {
  const watch = createLoopWatch();
  await watch.around(() => Promise.resolve());
  blockFor(60);
  await watch.around(() => Promise.resolve());
  expect(watch.takeWorstNs()).toBe(0);
});

test("a failed call is watched to its end, and its error is passed on", async () => {
  const broken = new Error("no socket left");
  await expect(createLoopWatch().around(() => Promise.reject(broken))).rejects.toBe(broken);
});

test("late is more than 5 % of the round's median, and never less than shows", () => {
  expect(isLate(3.9e6, [0.5e6, 0.6e6])).toBe(false);
  expect(isLate(4.1e6, [0.5e6, 0.6e6])).toBe(true);
  expect(isLate(4.9e6, [100e6, 100e6])).toBe(false);
  expect(isLate(5.1e6, [100e6, 100e6])).toBe(true);
});

test("starved is more than half of the round's median", () => {
  expect(isStarved(9e6, [20e6, 20e6])).toBe(false);
  expect(isStarved(11e6, [20e6, 20e6])).toBe(true);
  expect(isStarved(3.9e6, [1e6])).toBe(false);
});
