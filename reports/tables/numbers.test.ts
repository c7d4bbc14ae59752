import { expect, test } from "vitest";
import { formatDigits } from "../records/format-digits.ts";
import { formatShare } from "./numbers.ts";

test("digits are significant ones, or all whole ones, and never an exponent", () => {
  expect([0.012345, 1.2345, 99.94, 99.96, 1934.2].map((value) => formatDigits(value, 3))).toEqual([
    "0.0123",
    "1.23",
    "99.9",
    "100",
    "1934",
  ]);
});

test("shares have two digits, and all is 100 %", () => {
  expect([formatShare(1, 300), formatShare(2, 100), formatShare(64, 64)]).toEqual(["0.33 %", "2.0 %", "100 %"]);
  expect(formatShare(0, 0)).toBe("–");
});
