import { expect, test } from "vitest";
import { seededRandom } from "../../reports/stats/random.ts";
import { hasChangePoint, isSteady } from "./steady-state.ts";

const random = seededRandom(5);
const noise = (count: number, level: number, spread = 0.02): number[] =>
  Array.from({ length: count }, () => level * (1 + spread * (random() - 0.5)));

test("a flat tail is steady, however slow the start was", () => {
  expect(isSteady([...noise(20, 50e6), ...noise(30, 5e6)], 3e9)).toBe(true);
});

test("fewer than 30 calls, or less than 2 s and 100 calls, are not enough", () => {
  expect(isSteady(noise(29, 5e6), 9e9)).toBe(false);
  expect(isSteady(noise(99, 5e6), 1e9)).toBe(false);
  expect(isSteady(noise(100, 5e6), 1e9)).toBe(true);
});

test("a tail that still gets faster is not steady", () => {
  expect(isSteady([...noise(10, 6e6), ...noise(10, 5.5e6), ...noise(10, 5e6)], 9e9)).toBe(false);
});

test("a shift that the medians' tolerance hides is found by the change point test", () => {
  const tail = [...noise(15, 5e6, 0.001), ...noise(15, 5.1e6, 0.001)];
  expect(hasChangePoint(tail)).toBe(true);
  expect(isSteady(tail, 9e9)).toBe(false);
});

test("the change point test has about its level on unchanged data", () => {
  const trials = 2000;
  let alarms = 0;
  for (let trial = 0; trial < trials; trial++) if (hasChangePoint(noise(30, 5e6))) alarms++;
  expect(alarms / trials).toBeLessThan(0.06); // the approximation is known to be conservative
  expect(alarms).toBeGreaterThan(0);
});
