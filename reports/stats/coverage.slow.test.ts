/**
 * Coverage simulation: how often the headline interval holds the true ratio. The full version, with the stop rule and
 * n >= 1000 per case, comes with the adaptive profile; this is its frame. Not part of the unit project.
 */
import { expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { ratioOfMedians } from "./ratio.ts";

const trueRatio = 1.3;
const runs = 1000;

test.each([5, 10])("the t interval over %i blocks covers the true ratio in 95 of 100 runs", (blockCount) => {
  const random = seededRandom(blockCount);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const side = (median: number): number[] => {
    const block = Math.exp(0.03 * normal());
    return Array.from({ length: 30 }, () => median * block * Math.exp(0.3 * normal()));
  };
  let covered = 0;
  for (let run = 0; run < runs; run++) {
    const blocks = Array.from({ length: blockCount }, () => ({
      treatedNs: side(1e6 * trueRatio),
      baselineNs: side(1e6),
    }));
    const interval = ratioOfMedians(blocks, { seed: run, resamples: 1 })?.interval;
    if (interval !== undefined && interval.low <= trueRatio && trueRatio <= interval.high) covered++;
  }
  // Exact binomial limits at alpha = 0.001 for n = 1000, p = 0.95.
  expect(covered).toBeGreaterThanOrEqual(926);
  expect(covered).toBeLessThanOrEqual(971);
});
