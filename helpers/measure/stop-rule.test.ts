import { describe, expect, test } from "vitest";
import { decideStop, halfWidth, type MeasuredSoFar } from "./stop-rule.ts";

const rigorous = { blocks: 40, precisionPercent: 2.5 };
/** Log ratios whose interval has about this half-width, whatever the count. */
const logs = (count: number, width: number): readonly number[] => {
  const unit = Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 1 : -1));
  return unit.map((value) => 0.3 + (value * width) / (halfWidth(unit) ?? 1));
};
const progress = (
  done: number,
  widths: Readonly<Record<string, number>>,
  changes: Partial<MeasuredSoFar> = {},
): MeasuredSoFar => ({
  done,
  logRatios: new Map(Object.entries(widths).map(([system, width]) => [system, logs(done, width)])),
  control: "gvisor-aa" in widths ? "gvisor-aa" : undefined,
  budgetSpent: false,
  ...changes,
});

test("the half-width is the t interval's", () => {
  expect(halfWidth([0.1, 0.2, 0.3])).toBeCloseTo((4.302652729911275 * 0.1) / Math.sqrt(3), 9);
  expect(halfWidth([0.1])).toBeUndefined();
});

describe("a function ends", () => {
  test("precise, when every compared system is", () => {
    expect(decideStop(rigorous, progress(10, { native: 0.02, runc: 0.024 }))).toMatchObject({ reason: "precise" });
    expect(decideStop(rigorous, progress(10, { native: 0.02, runc: 0.026 }))).toBeUndefined();
  });

  test("precise, when all that is left is the noise that the A/A arm shows", () => {
    expect(decideStop(rigorous, progress(14, { native: 0.05, "gvisor-aa": 0.06 }))).toMatchObject({
      reason: "precise",
    });
    expect(decideStop(rigorous, progress(14, { native: 0.05, "gvisor-aa": 0.04 }))).toBeUndefined();
  });

  test("precise, at the counts set before and at no other", () => {
    const ends = Array.from({ length: 39 }, (_, index) => index + 1).filter(
      (done) => decideStop(rigorous, progress(done, { native: 0.001 })) !== undefined,
    );
    expect(ends).toEqual([10, 14, 20, 28]);
  });

  test("with its last block, precise or not", () => {
    expect(decideStop(rigorous, progress(40, { native: 0.2 }))?.reason).toBe("blocks");
    expect(decideStop({ blocks: 3 }, progress(3, { native: 0.001 }))?.reason).toBe("blocks");
    expect(decideStop({ blocks: 10 }, progress(10, { native: 0.001 }))?.reason).toBe("blocks");
  });

  test("when its time is over, with the half-width that was reached", () => {
    const stop = decideStop(rigorous, progress(7, { native: 0.05, runc: 0.08 }, { budgetSpent: true }));
    expect(stop?.reason).toBe("budget");
    expect(stop?.halfWidth).toBeCloseTo(0.08, 9);
  });

  test("when its time is over, but not before the blocks that a claim needs", () => {
    const plan = { blocks: 15, leastBlocks: 5 };
    expect(decideStop(plan, progress(4, { native: 0.05 }, { budgetSpent: true }))).toBeUndefined();
    expect(decideStop(plan, progress(5, { native: 0.05 }, { budgetSpent: true }))?.reason).toBe("budget");
    expect(decideStop(plan, progress(5, { native: 0.05 }))).toBeUndefined();
    const over = { budgetSpent: true, overrun: true };
    expect(decideStop(plan, progress(3, { native: 0.05 }, over))?.reason).toBe("budget");
  });
});

test("a system without a block that counts keeps it from being precise", () => {
  const logRatios = new Map([
    ["native", logs(10, 0.001)],
    ["runc", []],
  ]);
  expect(decideStop(rigorous, progress(10, {}, { logRatios }))).toBeUndefined();
});

test("nothing to compare has no half-width", () => {
  expect(decideStop({ blocks: 1 }, progress(1, {}))).toEqual({ reason: "blocks" });
});
