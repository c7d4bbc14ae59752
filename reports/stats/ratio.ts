import { type Interval, type LogEstimate, logEstimate, pValue, tInterval } from "./interval.ts";
import { bootstrapRatio } from "./bootstrap.ts";
import type { PairedBlock } from "./paired-block.ts";
import { median } from "./quantile.ts";

export interface Ratio {
  /** Of medians: geometric mean over blocks of (median treated / median baseline). Of means: `meanRatio`. */
  readonly ratio: number;
  readonly of: "medians" | "means";
  /** The headline: 95 % t interval over blocks. `undefined` with fewer than 2 blocks. */
  readonly interval: Interval | undefined;
  /** Beside it, never alone: it covers 80 to 99 % (docs/method.md). `undefined` with fewer than 2 blocks. */
  readonly bootstrap: Interval | undefined;
  /** Of "the ratio is 1"; not adjusted for the number of comparisons. */
  readonly p: number | undefined;
  /** The artifact's statistic: mean of all treated / mean of all baseline calls. */
  readonly meanRatio: number;
  readonly blocks: number;
  readonly log: LogEstimate;
}

/**
 * Ratio of medians with an interval whose unit of replication is the block: calls within a block share a sandbox and
 * are not independent (Kalibera & Jones 2013, section 6). The t interval on per-block log ratios covers 93 to 98 % at
 * 5 to 10 blocks in simulation. Blocks in which either side has no value are left out; `undefined` when none is left.
 * Deterministic: resampling is seeded.
 */
export function ratioOfMedians(
  all: readonly PairedBlock[],
  options: { readonly seed: number; readonly resamples?: number },
): Ratio | undefined {
  const blocks = all.filter(({ treatedNs, baselineNs }) => treatedNs.length > 0 && baselineNs.length > 0);
  if (blocks.length === 0) return undefined;
  const logs = blocks.map(({ treatedNs, baselineNs }) => Math.log(median(treatedNs) / median(baselineNs)));
  const log = logEstimate(logs);
  return {
    ratio: Math.exp(log.mean),
    of: "medians",
    interval: tInterval(log),
    bootstrap: blocks.length < 2 ? undefined : bootstrapRatio(blocks, logs, options),
    p: pValue(log),
    meanRatio: mean(blocks.flatMap(({ treatedNs }) => treatedNs)) / mean(blocks.flatMap((block) => block.baselineNs)),
    blocks: blocks.length,
    log,
  };
}

/** Where only two means are known: a ratio, and nothing to say how far to trust it. */
export function ratioOfMeans(treatedNs: number, baselineNs: number): Ratio {
  const ratio = treatedNs / baselineNs;
  const unknown = { interval: undefined, bootstrap: undefined, p: undefined };
  return { ratio, of: "means", ...unknown, meanRatio: ratio, blocks: 1, log: logEstimate([Math.log(ratio)]) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
