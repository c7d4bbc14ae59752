import { expect, test } from "vitest";
import { geometricMean } from "./geometric-mean.ts";
import { logEstimate, pValue, tInterval } from "./interval.ts";
import { countOutliers } from "./outliers.ts";
import { seededRandom } from "./random.ts";
import type { PairedBlock } from "./paired-block.ts";
import { ratioOfMedians } from "./ratio.ts";
import { judge, noiseFloorOf } from "./verdict.ts";

/** Blocks whose medians are exactly in this ratio. */
const blocksWith = (ratios: readonly number[], rounds = 9): readonly PairedBlock[] =>
  ratios.map((ratio, block) => {
    const baselineNs = Array.from({ length: rounds }, (_, round) => 1000 + 10 * block + round);
    return { baselineNs, treatedNs: baselineNs.map((ns) => ns * ratio) };
  });

test("the t interval agrees with R on the logarithms of the block ratios", () => {
  // exp(t.test(log(c(1.1, 1.2, 1.3, 1.15, 1.25)))$conf.int), worked by hand: mean, sd / sqrt(5), qt(0.975, 4)
  const ratios = [1.1, 1.2, 1.3, 1.15, 1.25];
  const logs = ratios.map(Math.log);
  const mean = logs.reduce((a, b) => a + b) / 5;
  const error = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / 4 / 5);
  const result = ratioOfMedians(blocksWith(ratios), { seed: 1 });
  expect(result?.ratio).toBeCloseTo(Math.exp(mean), 9);
  expect(result?.interval?.low).toBeCloseTo(Math.exp(mean - 2.77644510519779 * error), 9);
  expect(result?.interval?.high).toBeCloseTo(Math.exp(mean + 2.77644510519779 * error), 9);
});

test("one block gives a ratio without interval, no block gives nothing", () => {
  const one = ratioOfMedians(blocksWith([1.5]), { seed: 1 });
  expect(one?.ratio).toBeCloseTo(1.5, 9);
  expect([one?.interval, one?.bootstrap, one?.p]).toEqual([undefined, undefined, undefined]);
  expect(ratioOfMedians([{ treatedNs: [], baselineNs: [1] }], { seed: 1 })).toBeUndefined();
});

test("swapping the two sides inverts ratio and interval", () => {
  const blocks = blocksWith([1.1, 1.3, 0.9]);
  const swapped = blocks.map(({ treatedNs, baselineNs }) => ({ treatedNs: baselineNs, baselineNs: treatedNs }));
  const [there, back] = [blocks, swapped].map((pairs) => ratioOfMedians(pairs, { seed: 1 }));
  expect(there?.ratio).toBeCloseTo(1 / (back?.ratio ?? NaN), 9);
  expect(there?.interval?.low).toBeCloseTo(1 / (back?.interval?.high ?? NaN), 9);
});

test("the bootstrap repeats with its seed, holds the ratio and narrows with less noise", () => {
  const random = seededRandom(9);
  const noisy = (spread: number): readonly PairedBlock[] =>
    Array.from({ length: 6 }, () => ({
      baselineNs: Array.from({ length: 20 }, () => 1000 * (1 + spread * random())),
      treatedNs: Array.from({ length: 20 }, () => 1500 * (1 + spread * random())),
    }));
  const blocks = noisy(0.5);
  const first = ratioOfMedians(blocks, { seed: 7, resamples: 2000 });
  expect(ratioOfMedians(blocks, { seed: 7, resamples: 2000 })).toEqual(first);
  expect(first?.bootstrap?.low).toBeLessThan(first?.ratio ?? 0);
  expect(first?.bootstrap?.high).toBeGreaterThan(first?.ratio ?? Infinity);
  const width = (interval: { low: number; high: number } | undefined) => (interval?.high ?? 0) - (interval?.low ?? 0);
  const quiet = ratioOfMedians(noisy(0.05), { seed: 7, resamples: 2000 });
  expect(width(quiet?.bootstrap)).toBeLessThan(width(first?.bootstrap) / 2);
});

test("a million calls are bootstrapped by block summaries within a second", () => {
  const random = seededRandom(2);
  const side = (ns: number) => Array.from({ length: 50_000 }, () => ns * (1 + random()));
  const blocks = Array.from({ length: 10 }, () => ({ baselineNs: side(1000), treatedNs: side(1200) }));
  const result = ratioOfMedians(blocks, { seed: 1 });
  expect(result?.bootstrap?.low).toBeGreaterThan(1.15);
  expect(result?.bootstrap?.high).toBeLessThan(1.25);
});

test("the geometric mean combines functions and keeps the interval of a single one", () => {
  const logs = [logEstimate([0.1, 0.2, 0.3]), logEstimate([-0.3, -0.2, -0.1])];
  expect(geometricMean(logs)?.ratio).toBeCloseTo(1, 12);
  const [only] = logs;
  if (only === undefined) throw new TypeError("there is one");
  expect(geometricMean([only])?.interval).toEqual(tInterval(only));
  expect(geometricMean([logEstimate([0.1]), only])?.interval).toBeUndefined();
  expect(geometricMean([])).toBeUndefined();
});

test("p follows the t distribution", () => {
  // R: t.test(c(0.1, 0.2, 0.3))$p.value
  expect(pValue(logEstimate([0.1, 0.2, 0.3]))).toBeCloseTo(0.0741799002274, 10);
  expect(pValue(logEstimate([0.1]))).toBeUndefined();
});

test("a verdict needs significance, a large enough effect and more than the noise floor", () => {
  const clear = { ratio: 1.5, adjustedP: 0.001, blocks: 6 };
  expect(judge(clear)).toEqual({ verdict: "slower", reason: undefined, indicative: false });
  expect(judge({ ...clear, ratio: 0.7 }).verdict).toBe("faster");
  expect(judge({ ...clear, adjustedP: 0.05 })).toMatchObject({ verdict: "~", reason: "not significant" });
  expect(judge({ ...clear, ratio: 1.02 })).toMatchObject({ verdict: "~", reason: "smaller than 3 %" });
  expect(judge(clear, { noiseFloor: noiseFloorOf({ low: 0.6, high: 1.2 }) }).reason).toContain("noise floor");
  expect(judge({ ...clear, adjustedP: undefined, blocks: 1 })).toMatchObject({ verdict: "?", indicative: true });
  expect(judge({ ...clear, blocks: 4 }).indicative).toBe(true);
});

test("outliers are counted by both rules", () => {
  const values = [...Array.from({ length: 20 }, (_, index) => 100 + index), 10_000];
  expect(countOutliers(values)).toEqual({ farOut: 1, byMad: 1 });
  expect(countOutliers([])).toEqual({ farOut: 0, byMad: 0 });
});
