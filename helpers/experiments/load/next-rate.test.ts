import { expect, test } from "vitest";
import { nextRate } from "./next-rate.ts";

/** The rates that a system gets which holds the bound up to `capacity`, and is saturated from twice that on. */
function ratesOf(
  capacity: number,
  { ratesPerS = [20, 50, 100, 200], search = false, voidFrom = Infinity } = {},
): readonly number[] {
  const done: Parameters<typeof nextRate>[1][number][] = [];
  for (;;) {
    const ratePerS = nextRate({ ratesPerS, search }, done);
    if (ratePerS === undefined) return done.map((step) => step.ratePerS);
    const voided = ratePerS >= voidFrom ? "the client is too slow" : undefined;
    done.push({ ratePerS, holds: ratePerS <= capacity, saturated: ratePerS >= 2 * capacity, voided });
  }
}

test("rates rise to the first that saturates the system", () => {
  expect(ratesOf(1_000)).toEqual([20, 50, 100, 200]);
  expect(ratesOf(40)).toEqual([20, 50, 100]);
  expect(ratesOf(5)).toEqual([20]);
});

test("a search stops rising at the first that does not hold, and halves what lies between to 10 %", () => {
  const rates = ratesOf(70, { search: true });
  expect(rates.slice(0, 3)).toEqual([20, 50, 100]);
  const held = Math.max(...rates.filter((rate) => rate <= 70));
  const lost = Math.min(...rates.filter((rate) => rate > 70));
  expect(lost / held).toBeLessThanOrEqual(1.1);
  expect(rates.length).toBeLessThanOrEqual(7);
});

test("a search has nothing to look for where all rates hold or none", () => {
  expect(ratesOf(1_000, { search: true })).toEqual([20, 50, 100, 200]);
  expect(ratesOf(5, { search: true })).toEqual([20]);
});

test("void steps end nothing, and a search ends where the client cannot follow", () => {
  expect(ratesOf(5, { voidFrom: 50 })).toEqual([20]);
  expect(ratesOf(20, { voidFrom: 50 })).toEqual([20, 50, 100, 200]);
  expect(ratesOf(70, { search: true, voidFrom: 60 })).toEqual([20, 50, 100, 200]);
});
