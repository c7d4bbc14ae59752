import { expect, test } from "vitest";
import { logEstimate, tInterval } from "./interval.ts";
import { fewestCells, moderated, priorsOf } from "./moderation.ts";
import { noiseFloorOf } from "./noise-floor.ts";
import { digamma, pentagamma, trigamma, trigammaInverse } from "./polygamma.ts";
import { seededRandom } from "./random.ts";
import type { VarianceCell } from "./variance-cell.ts";

const random = seededRandom(11);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const cell = (group: string, sd: number, blocks = 5): VarianceCell => ({
  group,
  logs: Array.from({ length: blocks }, () => sd * normal()),
  blocks: Array.from({ length: blocks }, (_, block) => block),
  within: undefined,
});
const run = (sdOf: (group: number) => number, { groups = 17, systems = 5, blocks = 5 } = {}) =>
  Array.from({ length: groups }, (_, group) =>
    Array.from({ length: systems }, () => cell(`f${group}`, sdOf(group), blocks)),
  ).flat();

test("polygamma functions agree with tabulated values", () => {
  expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 9);
  expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 9);
  expect(pentagamma(1)).toBeCloseTo(Math.PI ** 4 / 15, 9);
  for (const y of [1e-3, 0.1, 1, 5, 100]) expect(trigamma(trigammaInverse(y)) / y).toBeCloseTo(1, 8);
  expect(() => trigammaInverse(0)).toThrow(RangeError);
});

test("few cells have nothing to lend: the plain t interval stands", () => {
  const one = run(() => 0.05, { groups: 1, systems: fewestCells + 5 });
  expect(priorsOf(one).every((prior) => prior === undefined)).toBe(true);
  expect(priorsOf(run(() => 0.05, { groups: 4, systems: 1 }))).toEqual([undefined, undefined, undefined, undefined]);
  const plain = logEstimate([0.1, 0.2, 0.4]);
  expect(tInterval(moderated(plain, undefined))).toEqual(tInterval(plain));
  expect(priorsOf([])).toEqual([]);
});

test("cells of one noise lend each other its size, and many degrees of freedom", () => {
  const priors = priorsOf(run(() => 0.05));
  for (const prior of priors) {
    expect(Math.sqrt(prior?.variance ?? 0)).toBeGreaterThan(0.04);
    expect(Math.sqrt(prior?.variance ?? 0)).toBeLessThan(0.065);
    expect(prior?.degrees).toBeGreaterThan(8);
  }
});

test("a function's systems tell its noise: a noisy function keeps wide intervals", () => {
  const priors = priorsOf(run((group) => (group === 3 ? 0.5 : 0.05)));
  expect(Math.sqrt(priors[15]?.variance ?? 0)).toBeGreaterThan(0.2);
  expect(Math.sqrt(priors[0]?.variance ?? 1)).toBeLessThan(0.08);
});

test("what a cell's rounds let expect is followed, when it tells something", () => {
  const cells = Array.from({ length: 60 }, (_, at) => {
    const sd = at % 2 === 0 ? 0.02 : 0.2;
    return { ...cell(`f${at}`, sd), within: sd ** 2 };
  });
  const priors = priorsOf(cells);
  expect(Math.sqrt(priors[1]?.variance ?? 0) / Math.sqrt(priors[0]?.variance ?? 1)).toBeGreaterThan(5);
});

test("a cell's own variance is not in its prior", () => {
  const cells = run(() => 0.05);
  const [first, ...others] = cells;
  if (first === undefined) throw new TypeError("there is one");
  const wild = { ...first, logs: first.logs.map((log) => 10 * log) };
  const before = priorsOf(cells)[0];
  const after = priorsOf([wild, ...others])[0];
  expect((after?.variance ?? 0) / (before?.variance ?? 1)).toBeLessThan(1.5);
});

test("cells with one block or without spread neither break nor enter the model", () => {
  const cells = [...run(() => 0.05), cell("single", 1, 1), { ...cell("flat", 0), logs: [0.1, 0.1, 0.1] }];
  const priors = priorsOf(cells);
  expect(priors.at(-2)).toBeUndefined();
  expect(priors.at(-1)?.degrees).toBeGreaterThan(0);
  expect(
    priorsOf(cells.map((one) => ({ ...one, logs: one.logs.map(() => 0) }))).every((one) => one === undefined),
  ).toBe(true);
});

test("the noise floor is the spread around 1, not the further end of an interval", () => {
  // R: qt(0.975, 3) * sqrt(mean(c(0.01, -0.02, 0.03)^2) / 3)
  expect(noiseFloorOf([0.01, -0.02, 0.03], undefined)).toBeCloseTo(3.182446305284263 * Math.sqrt(0.0014 / 3 / 3), 9);
  const lent = noiseFloorOf([0.01, -0.02, 0.03], { variance: 0.0004, degrees: 6 });
  expect(lent).toBeCloseTo(2.2621571627409915 * Math.sqrt((6 * 0.0004 + 0.0014) / 9 / 3), 9);
  expect(noiseFloorOf([], undefined)).toBeUndefined();
  expect(noiseFloorOf([0.1], undefined)).toBeUndefined();
});

test("an A/A arm, compared with one arm of the baseline, is lent a third more than what is compared with both", () => {
  const scale = Math.sqrt(4 / 3);
  const cells = run(() => 0.05).map((each, at): VarianceCell =>
    at % 5 === 0 ? { ...each, logs: each.logs.map((log) => scale * log), arms: 1 } : { ...each, arms: 2 },
  );
  const variances = priorsOf(cells).map((prior) => prior?.variance ?? NaN);
  const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [control, others] = [true, false].map((is) => mean(variances.filter((_, at) => (at % 5 === 0) === is)));
  expect((control ?? NaN) / (others ?? NaN)).toBeGreaterThan(1.2);
  expect((control ?? NaN) / (others ?? NaN)).toBeLessThan(1.5);
});
