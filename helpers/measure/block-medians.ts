import type { Sample, Void } from "../../reports/records/record.ts";
import { median } from "../../reports/stats/quantile.ts";
import { blockVoids } from "../../reports/records/store.ts";

/** Log ratio of the system's to the baseline's median, for each block that counts for both, in order of the blocks. */
export function blockLogRatios(
  samples: readonly Sample[],
  voids: readonly Void[],
  { system, baseline }: { readonly system: string; readonly baseline: string },
): readonly number[] {
  const own = mediansByBlock(samples, voids, system);
  const base = mediansByBlock(samples, voids, baseline);
  return [...own].flatMap(([block, medianNs]) => {
    const baseNs = base.get(block);
    return baseNs === undefined ? [] : [Math.log(medianNs / baseNs)];
  });
}

function mediansByBlock(
  samples: readonly Sample[],
  voids: readonly Void[],
  system: string,
): ReadonlyMap<number, number> {
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
      .map(([block, own]) => [block, median(own.map(({ latencyNs }) => latencyNs))]),
  );
}
