import { expect, test } from "vitest";
import { arrivalsNs, type Arrivals } from "./arrivals.ts";

const of = (changes: Partial<Arrivals> = {}): readonly number[] =>
  arrivalsNs({ arrivals: "poisson", windowMs: 10_000, ratePerS: 50, seed: 7, place: "assign/0/measured", ...changes });

test("constant arrivals are evenly spread over the window", () => {
  expect(of({ arrivals: "constant", windowMs: 100 })).toEqual([0, 20e6, 40e6, 60e6, 80e6]);
});

test("the offered rate is exact, and there is at least one call", () => {
  expect(of()).toHaveLength(500);
  expect(of({ ratePerS: 0.1, windowMs: 1_000 })).toHaveLength(1);
});

test("Poisson arrivals ascend within the window, with gaps that vary as their mean", () => {
  const times = of({ ratePerS: 500 });
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times.every((time) => time >= 0 && time < 10e9)).toBe(true);
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.95); // 1 for exponential gaps, 0 for even ones
  expect(Math.sqrt(variance) / mean).toBeLessThan(1.05);
});

test("the same seed and place give the same times, others do not", () => {
  expect(of()).toEqual(of());
  expect(of()).not.toEqual(of({ seed: 8 }));
  expect(of()).not.toEqual(of({ place: "assign/1/measured" }));
});
