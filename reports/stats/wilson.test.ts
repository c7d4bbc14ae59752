import { expect, test } from "vitest";
import { wilsonInterval } from "./wilson.ts";

// Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("%d of %d", (count, trials, low, high) => {
  const interval = wilsonInterval(count, trials);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test("is the same seen from the other side", () => {
  const { low, high } = wilsonInterval(3, 10);
  expect(wilsonInterval(7, 10).low).toBeCloseTo(1 - high, 12);
  expect(wilsonInterval(7, 10).high).toBeCloseTo(1 - low, 12);
});

test.each([
  [1, 0],
  [-1, 10],
  [11, 10],
])("%d of %d is not a proportion", (count, trials) => {
  expect(() => wilsonInterval(count, trials)).toThrow("is not a proportion");
});
