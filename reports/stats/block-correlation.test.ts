import { expect, test } from "vitest";
import { blockCorrelation } from "./block-correlation.ts";

const cell = (logs: readonly number[], blocks = logs.map((_, block) => block)) => ({ group: "f", logs, blocks });

test("deviations that follow each other correlate, opposite or unrelated ones do not", () => {
  expect(blockCorrelation([cell([1, 2, 4]), cell([2, 4, 8])])).toBeCloseTo(1, 12);
  expect(blockCorrelation([cell([1, 2, 4]), cell([4, 2, 1])])).toBe(0);
  expect(blockCorrelation([cell([1, 2, 4]), { ...cell([1, 2, 4]), group: "g" }])).toBe(0);
});

test("a cell without spread, and cells without a common block, do not weaken what the others show", () => {
  const alike = [cell([1, 2, 4]), cell([2, 4, 8])];
  expect(blockCorrelation([...alike, cell([3, 3, 3])])).toBeCloseTo(1, 12);
  expect(blockCorrelation([...alike, cell([3, 1, 2], [7, 8, 9])])).toBeCloseTo(1, 12);
});
