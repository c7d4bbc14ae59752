import { bootstrapRatio } from "./bootstrap.ts";
import { blockCentre } from "./block-centre.ts";
import { type Interval, type LogEstimate, logEstimate, pValue, tInterval } from "./interval.ts";
import { type Prior, moderated } from "./moderation.ts";
import type { PairedBlock } from "./paired-block.ts";
import { median } from "./quantile.ts";
import type { VarianceCell } from "./variance-cell.ts";

export interface Ratio {
  /** The headline. Geometric mean over blocks of what `of` says. */
  readonly ratio: number;
  /**
   * `pairs`: Hodges-Lehmann's centre of the ratios of two calls of the same round; where the baseline has an A/A arm, the mean
   * of the centres to both. `medians`: median by median, where it
   * is not known which calls belong together. `means`: see `meanRatio`.
   */
  readonly of: "pairs" | "medians" | "means";
  /** 95 % t interval over blocks, its variance moderated by the report's other cells. `undefined` with fewer than 2 blocks. */
  readonly interval: Interval | undefined;
  /** Of "the ratio is 1"; not adjusted for the number of comparisons. */
  readonly p: number | undefined;
  /** Geometric mean over blocks of (median treated / median baseline); `undefined` where only means are known. */
  readonly medianRatio: number | undefined;
  /** Of `medianRatio`. Beside the interval, never alone: it covers 80 to 99 % (docs/method.md). */
  readonly bootstrap: Interval | undefined;
  /** The artifact's statistic: mean of all treated / mean of all baseline calls. */
  readonly meanRatio: number;
  readonly blocks: number;
  /** Rounds that both systems have, over all blocks, and calls of either without a call of the other in their round. */
  readonly pairs: number;
  readonly unpaired: number;
  readonly log: LogEstimate;
  /** The same with the cell's own variance alone, for means over many cells: `geometric-mean.ts`. */
  readonly own: LogEstimate;
}

/** A ratio before the other cells of its report lend it their variances. */
export interface PlainRatio extends Ratio {
  readonly variance: Omit<VarianceCell, "group">;
}

/**
 * The unit of replication is the block: calls within a block share a sandbox and are not independent (Kalibera & Jones
 * 2013, section 6). Within it calls are paired by round, because what the machine does meanwhile it does to both. Blocks
 * without a pair are left out; `undefined` when none is left. Deterministic: resampling is seeded.
 * @param resamples of the bootstrap; 0: none is made
 * @param paired false: only the order within each side is known, as in imported files
 */
export function ratioOfPairs(
  all: readonly PairedBlock[],
  { seed, resamples, paired = true }: { readonly seed: number; readonly resamples?: number; readonly paired?: boolean },
): PlainRatio | undefined {
  const blocks = all.filter(({ logRatios }) => logRatios.length > 0);
  if (blocks.length === 0) return undefined;
  const medianLogs = blocks.map(({ treatedNs, baselineNs }) => Math.log(median(treatedNs) / median(baselineNs)));
  const centres = blocks.map(({ logRatios, second }) => blockCentre(logRatios, second));
  const logs = paired ? centres.map(({ centre }) => centre) : medianLogs;
  const log = logEstimate(logs);
  const pairs = sum(blocks.map(({ logRatios }) => logRatios.length));
  const calls = sum(all.map(({ treatedNs, baselineNs }) => treatedNs.length + baselineNs.length));
  return {
    ...estimated(log),
    own: log,
    of: paired ? "pairs" : "medians",
    medianRatio: Math.exp(sum(medianLogs) / blocks.length),
    bootstrap:
      blocks.length < 2 || resamples === 0
        ? undefined
        : bootstrapRatio(blocks, medianLogs, { seed, ...(resamples !== undefined && { resamples }) }),
    meanRatio: mean(blocks.flatMap(({ treatedNs }) => treatedNs)) / mean(blocks.flatMap((block) => block.baselineNs)),
    blocks: blocks.length,
    pairs,
    unpaired: calls - 2 * pairs,
    variance: {
      ...{ logs, blocks: blocks.map(({ block }) => block), within: meanKnown(centres.map((one) => one.variance)) },
      ...(blocks.some(({ second }) => second !== undefined && second.logRatios.length > 0) && { arms: 2 as const }),
    },
  };
}

/** With what the other cells lend: `moderation.ts`. */
export const moderatedRatio = (plain: PlainRatio, prior: Prior | undefined): Ratio => ({
  ...plain,
  ...estimated(moderated(plain.log, prior)),
});

const estimated = (log: LogEstimate): Pick<Ratio, "ratio" | "interval" | "p" | "log"> => ({
  ratio: Math.exp(log.mean),
  interval: tInterval(log),
  p: pValue(log),
  log,
});

/** Where only two means are known: a ratio, and nothing to say how far to trust it. */
export function ratioOfMeans(treatedNs: number, baselineNs: number): PlainRatio {
  const ratio = treatedNs / baselineNs;
  const log = logEstimate([Math.log(ratio)]);
  const variance = { logs: [log.mean], blocks: [0], within: undefined };
  const unknown = { interval: undefined, bootstrap: undefined, p: undefined };
  return {
    ratio,
    of: "means",
    ...unknown,
    medianRatio: undefined,
    meanRatio: ratio,
    blocks: 1,
    pairs: 0,
    unpaired: 0,
    log,
    own: log,
    variance,
  };
}

function meanKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : mean(known);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
