import { expect, test } from "vitest";
import { binomialCdf, passLines } from "./binomial.ts";

/** By whole numbers: P(X <= count) for p = top / bottom, exact. */
function exactCdf(count: number, trials: number, top: bigint, bottom: bigint): number {
  let term = 1n; // binomial coefficient
  let sum = 0n;
  for (let k = 0; k <= count; k++) {
    sum += term * top ** BigInt(k) * (bottom - top) ** BigInt(trials - k);
    term = (term * BigInt(trials - k)) / BigInt(k + 1);
  }
  const digits = 10n ** 18n;
  return Number((sum * digits) / bottom ** BigInt(trials)) / 1e18;
}

test("agrees with exact whole-number arithmetic to 1e-9", () => {
  for (const [trials, count] of [
    [40, 33],
    [40, 40],
    [200, 181],
    [1000, 926],
    [1000, 950],
    [1000, 972],
  ] as const) {
    expect(Math.abs(binomialCdf(count, trials, 0.95) - exactCdf(count, trials, 95n, 100n))).toBeLessThan(1e-9);
    expect(
      Math.abs(binomialCdf(trials - count, trials, 0.05) - exactCdf(trials - count, trials, 5n, 100n)),
    ).toBeLessThan(1e-9);
  }
});

test("the pass lines leave out at most alpha / 2 on each side, and are as narrow as that allows", () => {
  for (const [trials, top] of [
    [40, 95n],
    [200, 95n],
    [1000, 95n],
    [100, 5n],
  ] as const) {
    const { low, high } = passLines(trials, Number(top) / 100);
    const cdf = (count: number) => (count < 0 ? 0 : exactCdf(count, trials, top, 100n));
    expect(cdf(low - 1)).toBeLessThanOrEqual(0.0005);
    expect(cdf(low)).toBeGreaterThan(0.0005);
    expect(1 - cdf(high)).toBeLessThanOrEqual(0.0005);
    expect(1 - cdf(high - 1)).toBeGreaterThan(0.0005);
  }
});

test("the lines that the simulations use", () => {
  expect(passLines(1000, 0.95)).toEqual({ low: 926, high: 971 });
  expect(passLines(10, 0.95).high).toBe(10);
});
