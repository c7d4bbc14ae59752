/** The machine's load while blocks were measured. Pure. */
import type { LatencyRecord } from "./records/record.ts";

/** Load averages, one for each block that has it. */
export const loadsOf = (records: readonly LatencyRecord[]): readonly number[] =>
  records.flatMap(({ blocks }) => blocks.flatMap(({ loadAverage }) => loadAverage ?? []));

/** `3`, `9 to 12`. @param loads not empty */
export function loadRange(loads: readonly number[]): string {
  const [low, high] = [Math.min(...loads), Math.max(...loads)].map((load) => load.toFixed(load < 1 ? 1 : 0));
  return low === high ? String(low) : `${low} to ${high}`;
}
