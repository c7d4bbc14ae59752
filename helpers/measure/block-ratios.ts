import type { Sample, Void } from "../../reports/records/record.ts";
import { blockVoids } from "../../reports/records/store.ts";
import { blockCentre, secondArm } from "../../reports/stats/block-centre.ts";

/** Of one block: the centre of the log ratios of calls of the same round, as reports estimate it. */
export interface BlockRatio {
  readonly log: number;
  /** Squared standard error that the rounds let expect; absent with fewer than 4. */
  readonly within: number | undefined;
  readonly rounds: number;
}

/**
 * The system against the baseline, for each block that counts for both, in order of the blocks.
 * @param control the baseline's A/A arm, if there is one
 */
export function blockRatios(
  samples: readonly Sample[],
  voids: readonly Void[],
  {
    system,
    baseline,
    control,
  }: { readonly system: string; readonly baseline: string; readonly control?: string | undefined },
): readonly BlockRatio[] {
  const again = control === undefined || control === system ? undefined : roundsByBlock(samples, voids, control);
  const own = roundsByBlock(samples, voids, system);
  const base = roundsByBlock(samples, voids, baseline);
  return [...own].flatMap(([block, calls]) => {
    const logs = [...calls].flatMap(([round, ns]) => {
      const baseNs = base.get(block)?.get(round);
      return baseNs === undefined ? [] : [Math.log(ns / baseNs)];
    });
    if (logs.length === 0) return [];
    const second = again?.get(block);
    const { centre, variance } = blockCentre(logs, second && secondArm(calls, base.get(block) ?? new Map(), second));
    return [{ log: centre, within: variance, rounds: logs.length }];
  });
}

function roundsByBlock(
  samples: readonly Sample[],
  voids: readonly Void[],
  system: string,
): ReadonlyMap<number, ReadonlyMap<number, number>> {
  const counted = samples.filter(
    (sample) =>
      sample.system === system &&
      sample.phase === "measured" &&
      (sample.outcome === "ok" || sample.outcome === "timeout"), // as reports do: a time-out is slow, not absent
  );
  const blocks = Map.groupBy(counted, ({ block }) => block);
  return new Map(
    [...blocks]
      .filter(([block]) => blockVoids({ voids }, system, block).length === 0)
      .map(([block, own]) => [block, new Map(own.map(({ round, latencyNs }) => [round, latencyNs]))]),
  );
}
