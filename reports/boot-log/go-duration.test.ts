import { expect, test } from "vitest";
import { seededRandom } from "../stats/random.ts";
import { durationNs, formatDuration } from "./go-duration.ts";

/** Go's own texts: exact values. */
const printed: readonly (readonly [string, number])[] = [
  ["0s", 0],
  ["1ns", 1],
  ["999ns", 999],
  ["1µs", 1_000],
  ["1.001µs", 1_001],
  ["999.999µs", 999_999],
  ["1ms", 1_000_000],
  ["1.000001ms", 1_000_001],
  ["999.999999ms", 999_999_999],
  ["1s", 1_000_000_000],
  ["2s", 2_000_000_000],
  ["12s", 12_000_000_000],
  ["1.5s", 1_500_000_000],
  ["2.34s", 2_340_000_000],
  ["1.000000001s", 1_000_000_001],
  ["1m0s", 60_000_000_000],
  ["1m2.5s", 62_500_000_000],
  ["9m59.80692666s", 599_806_926_660],
  ["1h0m1s", 3_601_000_000_000],
  ["1h1m1.000000001s", 3_661_000_000_001],
  ["-1.5µs", -1_500],
  ["2501h59m59.254740991s", 9_007_199_254_740_991],
];

test.each(printed)("%s is %d ns, and back", (text, ns) => {
  expect(durationNs(text)).toBe(ns);
  expect(formatDuration(ns)).toBe(text);
});

test("Greek mu and u are micro, too", () => {
  expect(durationNs("1.5\u03bcs")).toBe(1_500);
  expect(durationNs("1.5us")).toBe(1_500);
});

test("a duration that a number cannot hold is distinguished from text that is not a duration", () => {
  expect(durationNs("2562047h47m16.854775807s")).toBe(Infinity);
  expect(durationNs("-2562047h47m16.854775808s")).toBe(-Infinity);
});

test.each([
  ["nothing", ""],
  ["a sign alone", "-"],
  ["no unit", "12"],
  ["no number", "ms"],
  ["minutes that were milliseconds before the cut", "1.7m"],
  ["minutes without seconds", "1m"],
  ["hours without minutes", "1h1s"],
  ["seconds above 59 after minutes", "1m60s"],
  ["minutes above 59 after hours", "1h60m1s"],
  ["two units below a second", "1ms1µs"],
  ["a fraction of a minute", "1.5m1s"],
  ["a fraction of a nanosecond", "1.5ns"],
  ["a tenth digit after the point", "1.0000000001s"],
  ["a bare point", "1.µs"],
  ["a point first", ".5ms"],
  ["a blank before", " 1ms"],
  ["a blank after", "1ms "],
  ["half a micro sign", "1\u00c2s"],
  ["another unit", "1d"],
  ["two signs", "--1ms"],
  ["an exponent", "1e3ns"],
])("refuses %s: %j", (_, text) => {
  expect(durationNs(text)).toBeNaN();
});

test("reads back whatever it prints, at every magnitude", () => {
  const random = seededRandom(11);
  for (let round = 0; round < 5_000; round++) {
    const ns = Math.floor(random() * 2 ** (1 + Math.floor(random() * 53))) * (random() < 0.1 ? -1 : 1);
    expect(durationNs(formatDuration(ns))).toBe(ns === 0 ? 0 : ns);
  }
});

test("no proper beginning of a duration is one", () => {
  for (const [text] of printed) {
    for (let length = 0; length < text.length; length++) expect(durationNs(text.slice(0, length))).toBeNaN();
  }
});

test("only whole numbers of ns are printed", () => {
  expect(() => formatDuration(1.5)).toThrow("1.5");
  expect(() => formatDuration(2 ** 53)).toThrow(RangeError);
});
