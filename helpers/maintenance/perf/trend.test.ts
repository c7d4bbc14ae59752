import { expect, test } from "vitest";
import { seededRandom } from "../../../reports/stats/random.ts";
import { type TrendPoint, trendOf } from "./trend.ts";

const hourNs = 3_600e9;
/** An hour of points around `level` with noise of a hundredth of it. */
const points = (growth: number, { level = 100, noise = 0.01, count = 80 } = {}): readonly TrendPoint[] => {
  const random = seededRandom(1);
  return Array.from({ length: count }, (_, at) => ({
    atNs: (at / count) * hourNs,
    value: level + (growth * at) / count + level * noise * (random() - 0.5),
  }));
};

test.each([
  ["flat", 0, {}],
  ["grows", 10, {}],
  ["shrinks", -10, {}],
  ["cannot tell", 0, { noise: 1 }],
] as const)("%s", (verdict, growth, of) => {
  const trend = trendOf(points(growth, of));
  expect(trend?.verdict).toBe(verdict);
  expect(trend?.interval.low).toBeLessThanOrEqual(growth);
  expect(trend?.interval.high).toBeGreaterThanOrEqual(growth);
});

test("too few points have no trend", () => {
  expect(trendOf(points(10, { count: 15 }))).toBeUndefined();
});
