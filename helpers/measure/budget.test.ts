import { expect, test } from "vitest";
import { isSpent, shareEndMs } from "./budget.ts";

test("a function gets its share of what is left", () => {
  expect(shareEndMs({ endMs: 1_000, share: 1 / 4 }, 200)).toBe(400);
  expect(shareEndMs({ endMs: 1_000, share: 1 }, 400)).toBe(1_000);
  expect(shareEndMs({ endMs: 1_000, share: 1 / 3 }, 1_200)).toBe(1_200);
  expect(shareEndMs({ endMs: undefined, share: 1 / 3 }, 1_200)).toBeUndefined();
});

test("a block that would end too late is not begun", () => {
  expect(isSpent(1_000, { nowMs: 600, startMs: 0, done: 2 })).toBe(false);
  expect(isSpent(1_000, { nowMs: 700, startMs: 0, done: 2 })).toBe(true);
  expect(isSpent(undefined, { nowMs: 1e9, startMs: 0, done: 2 })).toBe(false);
});

test("the first block is measured whatever the time", () => {
  expect(isSpent(1_000, { nowMs: 5_000, startMs: 5_000, done: 0 })).toBe(false);
});
