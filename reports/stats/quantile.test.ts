import { expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { ascending, median, minimumCount, quantile } from "./quantile.ts";

test("agrees with R's default quantile (type 7)", () => {
  // R 4: quantile(c(1, 3, 4, 8, 15, 16, 23, 42), c(.1, .25, .5, .9, .95))
  const sorted = [1, 3, 4, 8, 15, 16, 23, 42];
  const expected = [2.4, 3.75, 11.5, 28.7, 35.35];
  [0.1, 0.25, 0.5, 0.9, 0.95].forEach((p, index) => expect(quantile(sorted, p)).toBeCloseTo(expected[index] ?? NaN, 9));
});

test("the quantile of one value is that value", () => {
  for (const p of [0, 0.3, 1]) expect(quantile([7], p)).toBe(7);
});

test("quantiles of random values grow with p and stay within the values", () => {
  const random = seededRandom(5);
  for (let round = 0; round < 200; round++) {
    const sorted = ascending(Array.from({ length: 1 + Math.floor(random() * 30) }, () => random() * 100));
    const values = [0, 0.1, 0.5, 0.77, 1].map((p) => quantile(sorted, p));
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values[0]).toBe(sorted[0]);
    expect(values.at(-1)).toBe(sorted.at(-1));
  }
});

test("the median does not depend on the order and does not change its input", () => {
  const values = [10, 9, 100];
  expect(median(values)).toBe(10);
  expect(values).toEqual([10, 9, 100]);
});

test("quotes a quantile from the number of values that gives it a 95 % interval", () => {
  expect([0.5, 0.95, 0.99, 0.999].map(minimumCount)).toEqual([6, 59, 299, 2995]);
});

test("refuses an empty sample and a p outside its range", () => {
  expect(() => quantile([], 0.5)).toThrow(RangeError);
  expect(() => quantile([1], 1.5)).toThrow("1.5");
  expect(() => minimumCount(1)).toThrow(RangeError);
});
