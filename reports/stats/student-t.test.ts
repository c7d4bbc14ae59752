import { expect, test } from "vitest";
import { incompleteBeta, logGamma, tQuantile, twoSidedP } from "./student-t.ts";

/** Table of qt(0.975, df), R 4. */
const published: readonly (readonly [number, number])[] = [
  [1, 12.7062047361747],
  [2, 4.30265272974946],
  [3, 3.18244630528371],
  [4, 2.77644510519779],
  [5, 2.57058183563631],
  [10, 2.22813885198627],
  [30, 2.04227245630124],
  [100, 1.98397151852355],
];

test("agrees with the published table of Student's t", () => {
  for (const [degrees, t] of published) expect(Math.abs(tQuantile(0.975, degrees) - t)).toBeLessThan(1e-9);
});

test("agrees with the closed forms for 1, 2 and 4 degrees of freedom (Shaw 2006)", () => {
  for (const p of [0.6, 0.9, 0.975, 0.995, 0.9995]) {
    const alpha = 4 * p * (1 - p);
    const four = 2 * Math.sqrt(Math.cos(Math.acos(Math.sqrt(alpha)) / 3) / Math.sqrt(alpha) - 1);
    const closed = [Math.tan(Math.PI * (p - 0.5)), (2 * p - 1) * Math.sqrt(2 / alpha), four];
    [1, 2, 4].forEach((degrees, index) => {
      const expected = closed[index] ?? NaN;
      expect(Math.abs(tQuantile(p, degrees) / expected - 1)).toBeLessThan(1e-9);
    });
  }
});

test("the quantile inverts the probability, for fractional degrees too", () => {
  for (const degrees of [0.7, 1.5, 3.3, 17.2, 400]) {
    for (const p of [0.55, 0.8, 0.99]) {
      expect(twoSidedP(tQuantile(p, degrees), degrees)).toBeCloseTo(2 * (1 - p), 10);
      expect(tQuantile(1 - p, degrees)).toBeCloseTo(-tQuantile(p, degrees), 9);
    }
  }
});

test("log gamma and the incomplete beta agree with known values", () => {
  expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  // DLMF 8.17.4 and I_x(a, 1) = x^a
  expect(incompleteBeta(0.3, 2.5, 1)).toBeCloseTo(0.3 ** 2.5, 12);
  expect(incompleteBeta(0.3, 2, 5) + incompleteBeta(0.7, 5, 2)).toBeCloseTo(1, 12);
});

test("refuses probabilities and degrees outside their range", () => {
  expect(() => tQuantile(1, 3)).toThrow("probability 1");
  expect(() => tQuantile(0.9, 0)).toThrow("degrees of freedom 0");
});
