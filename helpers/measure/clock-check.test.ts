import { expect, test } from "vitest";
import { startClockCheck } from "./clock-check.ts";

function clocks(): { wallMs: number; monotonicNs: number } {
  return { wallMs: 1_800_000_000_000, monotonicNs: 5e9 };
}

test("clocks that go together are fine, slewing included", () => {
  const now = clocks();
  const check = startClockCheck(
    () => now.wallMs,
    () => now.monotonicNs,
  );
  now.wallMs += 60_030;
  now.monotonicNs += 60e9;
  expect(check()).toBeUndefined();
});

test.for([-51, 3_600_000])("a step of %i ms is reported", (stepMs) => {
  const now = clocks();
  const check = startClockCheck(
    () => now.wallMs,
    () => now.monotonicNs,
  );
  now.wallMs += 10_000 + stepMs;
  now.monotonicNs += 10e9;
  expect(check()).toBe(`the wall clock stepped by ${stepMs} ms`);
});

test("the real clocks do not step within a moment", () => {
  expect(startClockCheck()()).toBeUndefined();
});
