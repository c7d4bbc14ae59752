import { expect, test } from "vitest";
import { hodgesLehmann } from "./hodges-lehmann.ts";
import { seededRandom } from "./random.ts";

/** All averages of two values, each with itself, in ascending order. */
const walsh = (values: readonly number[]): readonly number[] =>
  values.flatMap((one, at) => values.slice(at).map((other) => (one + other) / 2)).sort((a, b) => a - b);

function medianOf(sorted: readonly number[]): number {
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[half] ?? NaN) : ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2;
}

test("the centre is the median of all Walsh averages, whatever the count", () => {
  const random = seededRandom(4);
  for (let count = 1; count <= 40; count++) {
    const values = Array.from({ length: count }, () => Math.log(random()) * (random() < 0.1 ? 100 : 1));
    expect(hodgesLehmann(values).centre, `${count} values`).toBeCloseTo(medianOf(walsh(values)), 9);
  }
});

test("it agrees with R's wilcox.test(c(1.1, 2.2, 3.3, 4.4, 50), conf.int = TRUE)$estimate", () => {
  expect(hodgesLehmann([1.1, 2.2, 3.3, 4.4, 50]).centre).toBeCloseTo(3.3, 9);
  expect(hodgesLehmann([3, 3, 3, 3])).toMatchObject({ centre: 3, variance: 0 });
});

test("a fifth of wild values moves it little", () => {
  const values = Array.from({ length: 50 }, (_, at) => at / 50);
  const wild = values.map((value, at) => (at % 5 === 0 ? 1e6 : value));
  expect(Math.abs(hodgesLehmann(wild).centre - hodgesLehmann(values).centre)).toBeLessThan(0.3);
});

test("the variance is what repeated samples show", () => {
  const random = seededRandom(5);
  const draws = Array.from({ length: 2000 }, () =>
    hodgesLehmann(Array.from({ length: 20 }, () => random() + random() + random() + random())),
  );
  const mean = draws.reduce((sum, { centre }) => sum + centre, 0) / draws.length;
  const seen = draws.reduce((sum, { centre }) => sum + (centre - mean) ** 2, 0) / draws.length;
  const told = draws.reduce((sum, { variance = NaN }) => sum + variance, 0) / draws.length;
  expect(told / seen).toBeGreaterThan(0.85);
  expect(told / seen).toBeLessThan(1.15);
});

test("without a value there is none", () => {
  expect(() => hodgesLehmann([])).toThrow(RangeError);
  expect(hodgesLehmann([1, 2, 3]).variance).toBeUndefined();
});
