import { expect, test } from "vitest";
import { geometricMean } from "./geometric-mean.ts";
import { logEstimate, pValue, tInterval } from "./interval.ts";
import { countOutliers } from "./outliers.ts";
import { seededRandom } from "./random.ts";
import { type PairedBlock, pairedBlock } from "./paired-block.ts";
import { ascending, median } from "./quantile.ts";
import { ratioOfMeans, ratioOfPairs } from "./ratio.ts";

/** Blocks whose medians are exactly in this ratio. */
const blocksWith = (ratios: readonly number[], rounds = 9): readonly PairedBlock[] =>
  ratios.map((ratio, block) => {
    const baselineNs = Array.from({ length: rounds }, (_, round) => 1000 + 10 * block + round);
    return pairedBlock(
      block,
      baselineNs.map((ns) => ns * ratio),
      baselineNs,
    );
  });

test("the t interval agrees with R on the logarithms of the block ratios", () => {
  // exp(t.test(log(c(1.1, 1.2, 1.3, 1.15, 1.25)))$conf.int), worked by hand: mean, sd / sqrt(5), qt(0.975, 4)
  const ratios = [1.1, 1.2, 1.3, 1.15, 1.25];
  const logs = ratios.map(Math.log);
  const mean = logs.reduce((a, b) => a + b) / 5;
  const error = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / 4 / 5);
  const result = ratioOfPairs(blocksWith(ratios), { seed: 1 });
  expect(result?.ratio).toBeCloseTo(Math.exp(mean), 9);
  expect(result?.interval?.low).toBeCloseTo(Math.exp(mean - 2.77644510519779 * error), 9);
  expect(result?.interval?.high).toBeCloseTo(Math.exp(mean + 2.77644510519779 * error), 9);
});

test("one block gives a ratio without interval, no block gives nothing", () => {
  const one = ratioOfPairs(blocksWith([1.5]), { seed: 1 });
  expect(one?.ratio).toBeCloseTo(1.5, 9);
  expect([one?.interval, one?.bootstrap, one?.p]).toEqual([undefined, undefined, undefined]);
  expect(ratioOfPairs([pairedBlock(0, [], [1])], { seed: 1 })).toBeUndefined();
});

test("swapping the two sides inverts ratio and interval", () => {
  const blocks = blocksWith([1.1, 1.3, 0.9]);
  const swapped = blocks.map(({ block, treatedNs, baselineNs }) => pairedBlock(block, baselineNs, treatedNs));
  const [there, back] = [blocks, swapped].map((pairs) => ratioOfPairs(pairs, { seed: 1 }));
  expect(there?.ratio).toBeCloseTo(1 / (back?.ratio ?? NaN), 9);
  expect(there?.interval?.low).toBeCloseTo(1 / (back?.interval?.high ?? NaN), 9);
});

test("the bootstrap repeats with its seed, holds the ratio and narrows with less noise", () => {
  const random = seededRandom(9);
  const noisy = (spread: number): readonly PairedBlock[] =>
    Array.from({ length: 6 }, (_, block) => {
      const side = (ns: number) => Array.from({ length: 20 }, () => ns * (1 + spread * random()));
      return pairedBlock(block, side(1500), side(1000));
    });
  const blocks = noisy(0.5);
  const first = ratioOfPairs(blocks, { seed: 7, resamples: 2000 });
  expect(ratioOfPairs(blocks, { seed: 7, resamples: 2000 })).toEqual(first);
  expect(first?.bootstrap?.low).toBeLessThan(first?.ratio ?? 0);
  expect(first?.bootstrap?.high).toBeGreaterThan(first?.ratio ?? Infinity);
  const width = (interval: { low: number; high: number } | undefined) => (interval?.high ?? 0) - (interval?.low ?? 0);
  const quiet = ratioOfPairs(noisy(0.05), { seed: 7, resamples: 2000 });
  expect(width(quiet?.bootstrap)).toBeLessThan(width(first?.bootstrap) / 2);
});

test("a million calls are bootstrapped by block summaries within a second", () => {
  const random = seededRandom(2);
  const side = (ns: number) => Array.from({ length: 50_000 }, () => ns * (1 + random()));
  const blocks = Array.from({ length: 10 }, (_, block) => pairedBlock(block, side(1200), side(1000)));
  const result = ratioOfPairs(blocks, { seed: 1 });
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

test("outliers are counted by both rules", () => {
  const values = [...Array.from({ length: 20 }, (_, index) => 100 + index), 10_000];
  expect(countOutliers(ascending(values))).toEqual({ farOut: 1, byMad: 1 });
  expect(countOutliers(ascending([]))).toEqual({ farOut: 0, byMad: 0 });
});

test("outliers by the median absolute deviation are those that the definition gives", () => {
  const random = seededRandom(11);
  for (let run = 0; run < 200; run++) {
    const values = Array.from({ length: 1 + Math.floor(random() * 30) }, () => Math.round(random() ** 12 * 1e4));
    const centre = median(values);
    const mad = median(values.map((value) => Math.abs(value - centre)));
    const far = values.filter((value) => mad > 0 && Math.abs(value - centre) > 14.826 * mad);
    expect(countOutliers(ascending(values)).byMad).toBe(far.length);
  }
});

test("rounds are paired by what both have; a burst that hits whole rounds leaves no trace", () => {
  const random = seededRandom(3);
  const call = (): number => 1000 * (1 + 0.1 * random());
  const blocks = Array.from({ length: 5 }, (_, block) => {
    const burst = Array.from({ length: 30 }, () => (random() < 0.4 ? 5 : 1));
    return pairedBlock(
      block,
      burst.map((factor) => 1.3 * factor * call()),
      burst.map((factor) => factor * call()),
    );
  });
  const paired = ratioOfPairs(blocks, { seed: 1 });
  expect(paired?.ratio).toBeCloseTo(1.3, 1);
  const width = ({ low, high }: { readonly low: number; readonly high: number }) => Math.log(high / low);
  expect(width(paired?.interval ?? { low: 1, high: Infinity })).toBeLessThan(0.03);
  expect(paired).toMatchObject({ of: "pairs", pairs: 150, unpaired: 0 });
});

test("where no calls belong together, medians are divided", () => {
  const blocks = [pairedBlock(0, [1, 2, 30], [1, 1, 1, 1])];
  expect(ratioOfPairs(blocks, { seed: 1, paired: false })).toMatchObject({
    of: "medians",
    ratio: expect.closeTo(2, 9) as number,
    medianRatio: expect.closeTo(2, 9) as number,
    unpaired: 1,
  });
});

test("every call without a partner in its round is counted, on either side", () => {
  const [left, right] = [pairedBlock(0, [1, 2, 3], [1, 1, 1]), pairedBlock(1, [], [5, 5])];
  const failed = { ...left, treatedNs: [1, 2], baselineNs: [1, 1], logRatios: [Math.log(1)] }; // each lost another round
  expect(ratioOfPairs([failed], { seed: 1 })).toMatchObject({ pairs: 1, unpaired: 2 });
  expect(ratioOfPairs([failed, right], { seed: 1 })).toMatchObject({ blocks: 1, pairs: 1, unpaired: 4 });
});

test("two means have no ratio of medians", () => {
  expect(ratioOfMeans(3, 2)).toMatchObject({ of: "means", ratio: 1.5, medianRatio: undefined });
});
