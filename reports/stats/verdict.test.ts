import { expect, test } from "vitest";
import { judge, settled, undecided } from "./verdict.ts";
import { differenceText, formatPercent, marginText, rangeText } from "./words.ts";

/** A log estimate by its ratio and standard error, with 20 degrees of freedom: t is 2.086. */
const log = (ratio: number, error: number, degrees = 20) => ({ mean: Math.log(ratio), variance: error ** 2, degrees });
const among = { adjustedP: 0.001, blocks: 5, comparisons: 10 };

test("a proven difference is said with its size and its interval", () => {
  expect(judge(log(1.39, 0.05), among)).toEqual({
    verdict: "slower",
    text: "39 % slower (25 to 54 %)",
    reason: undefined,
    moreBlocks: undefined,
  });
  expect(judge(log(0.54, 0.05), among).text).toBe("46 % faster (40 to 51 %)");
  expect(judge(log(1.051, 0.004), among).text).toBe("5.1 % slower (4.2 to 6.0 %)");
  expect(judge(log(3.7, 0.01), among).text).toBe("270 % slower (262 to 278 %)");
});

test("no difference is said where the interval is narrow: within the noise floor, or around 1", () => {
  const text = (ratio: number, error: number, more: Partial<Parameters<typeof judge>[1]> = {}) =>
    judge(log(ratio, error), { ...among, adjustedP: 0.4, ...more }).text;
  expect(text(1.01, 0.03)).toBe("no difference beyond noise (± 8 %)");
  expect(text(1.01, 0.03, { noiseFloor: Math.log(1.09) })).toBe("no difference beyond noise (± 9 %)");
  expect(text(1.04, 0.01, { adjustedP: 0.001, noiseFloor: 0.05 })).toBe("no difference beyond noise (± 7 %)");
  expect(text(1.02, 0.002)).toBe("no difference beyond noise (± 2.5 %)");
});

test("a proven difference that is too small to matter is not called no difference", () => {
  const small = judge(log(1.02, 0.002), among);
  expect(small).toMatchObject({
    verdict: "negligible",
    text: "2.0 % slower (1.6 to 2.4 %), too small to matter",
    moreBlocks: undefined,
  });
  expect(settled(small)).toBe(true);
  expect(judge(log(1.02, 0.002), { ...among, noiseFloor: 0.025 }).verdict).toBe("no difference");
  expect(judge(log(1.02, 0.002, 3), among).verdict).toBe("no difference");
  expect(judge(log(1.2, 0.01), { ...among, threshold: 0.3 }).verdict).toBe("not settled");
});

test("what is neither is not settled, and says how many blocks would settle it", () => {
  const wide = judge(log(1.2, 0.08), { ...among, adjustedP: 0.3 });
  expect(wide.verdict).toBe("not settled");
  expect(wide.text).toMatch(/^not settled: 2 to 42 % slower; \d+ more blocks would tell$/);
  expect(wide.moreBlocks).toBeGreaterThan(1);
  const around = judge(log(1.15, 0.12), { ...among, adjustedP: 1 });
  expect(around.text).toMatch(/^not settled: 10 % faster to 48 % slower; \d+ more blocks would tell$/);
  expect(around.moreBlocks).toBeGreaterThan(wide.moreBlocks ?? Infinity);
  expect(judge(log(1.2, 0.08), { ...among, adjustedP: 0.3, comparisons: 100 }).moreBlocks).toBeGreaterThan(
    wide.moreBlocks ?? Infinity,
  );
  expect(judge(log(1.031, 0.5), { ...among, adjustedP: 1 }).text).toContain("200 more blocks would not tell");
});

test("a claim needs to be outside the noise floor, to matter, and the degrees of freedom of 5 blocks", () => {
  const large = { noiseFloor: Math.log(1.5) };
  expect(judge(log(1.3, 0.03), { ...among, ...large })).toMatchObject({
    verdict: "not settled",
    reason: "inside the noise floor",
  });
  expect(judge(log(1.3, 0.01, 3), among)).toMatchObject({
    verdict: "not settled",
    text: expect.stringMatching(/^not settled: [^;]+; a claim needs 1 more block$/) as string,
    reason: "too few blocks",
    moreBlocks: 1,
  });
  expect(judge(log(1.3, 0.01, 4), among).verdict).toBe("slower");
  expect(judge(log(1.3, 0.03), { ...among, threshold: 0.5 }).verdict).not.toBe("slower");
});

test("without replication nothing is settled", () => {
  const single = { mean: 0.5, variance: undefined, degrees: 0 };
  expect(judge(single, { ...among, adjustedP: undefined }).text).toBe(
    "not settled: 1 block has no interval; a claim needs 5",
  );
  expect(undecided("imported")).toMatchObject({ verdict: "not settled", text: "not settled: imported" });
});

test("ranges name the smaller end first, and both sides where 1 is inside", () => {
  expect(rangeText({ low: 0.6, high: 0.8 }, { side: true })).toBe("20 to 40 % faster");
  expect(rangeText({ low: 1.02, high: 1.4 }, { side: true })).toBe("2 to 40 % slower");
  expect(rangeText({ low: 0.97, high: 1.4 }, { side: false })).toBe("3 % faster to 40 % slower");
  expect(formatPercent(Math.log(0.954), { low: 0.95, high: 0.96 })).toBe("4.6");
  expect([marginText(Math.log(1.0411)), marginText(Math.log(1.081))]).toEqual(["± 4.2 %", "± 9 %"]);
});

test("ratios from 10 on are said as multiples, and what is beyond 1000 as that", () => {
  const text = (ratio: number, low: number, high: number) => differenceText(Math.log(ratio), { low, high });
  expect(text(9.5, 9.1, 9.9)).toBe("850 % slower (810 to 890 %)");
  expect(text(36.2, 33.4, 39.1)).toBe("36 times as long (33 to 39 times)");
  expect(text(9, 6, 14)).toBe("800 % slower (500 % slower to 14 times as long)");
  expect(rangeText({ low: 0.5, high: 5e8 }, { side: true })).toBe("50 % faster to more than 1000 times as long");
  expect(rangeText({ low: 20, high: 2000 }, { side: true })).toBe("20 times to more than 1000 times as long");
  expect(text(0.02, 0.018, 0.022)).toBe("98.0 % faster (97.8 to 98.2 %)");
});
