/** How a run's time is divided: blocks and rounds of each function where they narrow intervals most. Pure. */

import type { FunctionCosts } from "../config/config-types.ts";

export interface FunctionNeeds extends FunctionCosts {
  readonly label: string;
}

export interface PlanSize {
  readonly blocks: number;
  readonly rounds: number;
  readonly warmupRounds: number;
}

/** An interval needs blocks: with 5, a function alone has the degrees of freedom for a claim. */
export const fewestBlocks = 5;
/** A block's centre needs rounds. */
const fewestRounds = 4;
const most = { blocks: 40, rounds: 60 } as const;
/** The longest warm-up, ms; the cold round and two more are always made. */
export const longestWarmupMs = 1_000;
export const fewestWarmup = 3;

/**
 * Begins with the fewest blocks and rounds, then takes the step, a block more or a quarter more rounds in one function,
 * that takes most off the sum of half-widths per millisecond, until the next one does not fit. What the optimum for each
 * function alone would be follows from both variances and both costs: Kalibera & Jones, ISMM 2013, section 7.
 * @param warmupRounds wanted; slow functions get fewer
 */
export function allocate(
  functions: readonly FunctionNeeds[],
  { timeMs, warmupRounds }: { readonly timeMs: number; readonly warmupRounds: number },
): ReadonlyMap<string, PlanSize> {
  const sizes = functions.map((needs) => leastSize(needs, warmupRounds));
  let leftMs = timeMs - functions.reduce((sum, needs, at) => sum + sizeMs(needs, sizes[at]), 0);
  for (;;) {
    const steps = functions.flatMap((needs, at) => stepsOf(needs, sizes[at]).map((step) => ({ ...step, at })));
    const best = steps
      .filter(({ costMs }) => costMs <= leftMs)
      .sort((a, b) => b.gain / b.costMs - a.gain / a.costMs)[0];
    if (best === undefined) break;
    sizes[best.at] = best.size;
    leftMs -= best.costMs;
  }
  return new Map(functions.flatMap(({ label }, at) => (sizes[at] === undefined ? [] : [[label, sizes[at]] as const])));
}

/** What a claim needs at the least. */
export const leastSize = ({ roundMs }: Pick<FunctionNeeds, "roundMs">, warmupRounds: number): PlanSize => ({
  blocks: fewestBlocks,
  rounds: fewestRounds,
  warmupRounds: Math.min(warmupRounds, Math.max(fewestWarmup, 1 + Math.floor(longestWarmupMs / roundMs))),
});

/** Of all blocks, ms. */
export const sizeMs = ({ blockMs, roundMs }: FunctionNeeds, size: PlanSize | undefined): number =>
  size === undefined ? 0 : size.blocks * (blockMs + (size.warmupRounds + size.rounds) * roundMs);

function stepsOf(
  needs: FunctionNeeds,
  size: PlanSize | undefined,
): readonly { readonly size: PlanSize; readonly costMs: number; readonly gain: number }[] {
  if (size === undefined) return [];
  const longer = { ...size, rounds: Math.ceil(size.rounds * 1.25) };
  const more = { ...size, blocks: size.blocks + 1 };
  return [...(longer.rounds <= most.rounds ? [longer] : []), ...(more.blocks <= most.blocks ? [more] : [])].map(
    (next) => ({
      size: next,
      costMs: sizeMs(needs, next) - sizeMs(needs, size),
      gain: errorOf(needs, size) - errorOf(needs, next),
    }),
  );
}

const errorOf = ({ between, within }: FunctionNeeds, { blocks, rounds }: PlanSize): number =>
  Math.sqrt((between + within / rounds) / blocks);
