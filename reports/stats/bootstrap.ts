/**
 * Percentile block bootstrap: resamples blocks, then rounds within them (Davison & Hinkley 1997, section 3.8;
 * percentile interval: Efron & Tibshirani 1993, ch. 13).
 */
import type { Interval } from "./interval.ts";
import { quantile } from "./quantile.ts";
import { seededRandom } from "./random.ts";
import type { PairedBlock } from "./paired-block.ts";

/** Above this many random draws only block summaries are resampled: a report of a million calls stays fast. */
const drawBudget = 4_000_000;

/** `logs`: the log ratio of medians of each block. */
export function bootstrapRatio(
  blocks: readonly PairedBlock[],
  logs: readonly number[],
  { seed, resamples = 10_000 }: { readonly seed: number; readonly resamples?: number },
): Interval {
  const random = seededRandom(seed);
  const calls = blocks.reduce((sum, { treatedNs, baselineNs }) => sum + treatedNs.length + baselineNs.length, 0);
  const redraw = calls * resamples > drawBudget ? logs.map((log) => () => log) : blocks.map(roundResampler(random));
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let drawn = 0; drawn < blocks.length; drawn++) sum += redraw[Math.floor(random() * blocks.length)]?.() ?? 0;
    means[resample] = sum / blocks.length;
  }
  means.sort();
  return { low: Math.exp(quantile(means, 0.025)), high: Math.exp(quantile(means, 0.975)) };
}

/** Draws rounds of a block with replacement, both systems' calls of a round together where rounds are complete. */
const roundResampler =
  (random: () => number) =>
  ({ treatedNs, baselineNs }: PairedBlock): (() => number) => {
    const treated = resampledMedian(treatedNs);
    const baseline = resampledMedian(baselineNs);
    const paired = treatedNs.length === baselineNs.length;
    const draws = new Int32Array(treatedNs.length);
    const otherDraws = paired ? draws : new Int32Array(baselineNs.length);
    return () => {
      draw(random, draws);
      if (!paired) draw(random, otherDraws);
      return Math.log(treated(draws) / baseline(otherDraws));
    };
  };

function draw(random: () => number, into: Int32Array): void {
  const count = into.length;
  for (let place = 0; place < count; place++) into[place] = Math.floor(random() * count);
}

/** Median of the drawn values by counting ranks: no sort and no allocation per resample. */
function resampledMedian(values: readonly number[]): (indices: Int32Array) => number {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const sorted = Float64Array.from(order, (index) => values[index] ?? 0);
  const rankOf = new Int32Array(values.length);
  order.forEach((index, rank) => (rankOf[index] = rank));
  const counts = new Int32Array(values.length);
  const lowerRank = Math.floor((values.length - 1) / 2);
  const upperRank = Math.floor(values.length / 2);
  return (indices) => {
    counts.fill(0);
    for (const index of indices) {
      const rank = rankOf[index] ?? 0;
      counts[rank] = (counts[rank] ?? 0) + 1;
    }
    let seen = 0;
    let rank = -1;
    while (seen <= lowerRank) seen += counts[++rank] ?? 0;
    const lower = sorted[rank] ?? 0;
    while (seen <= upperRank) seen += counts[++rank] ?? 0;
    return (lower + (sorted[rank] ?? 0)) / 2;
  };
}
