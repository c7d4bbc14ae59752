import type { LatencyRecord, Void } from "../../reports/records/record.ts";

/** Blocks of a function that may be measured again; where more are planned, as many as are planned. */
const mostAgain = 3;

export interface Measured {
  readonly blocks: LatencyRecord["blocks"];
  readonly voids: readonly Void[];
}

/**
 * Finished blocks that are void and in whose place none has been measured, in their order. Each is owed once, and so is the
 * one in its place where only the machine is to blame: a moment's load takes no block from a function, a machine that stays
 * busy does in the end. Whether a block is void is known without looking at how its systems compare, and its repetition
 * replaces all of it, so nothing is chosen by its result.
 * @param since first block that counts: those before have been looked at
 * @param planned blocks from there on
 */
export function owedBlocks(
  { blocks, voids }: Measured,
  { since = 0, planned }: { readonly since?: number; readonly planned: number },
): readonly number[] {
  const own = blocks.filter(({ block }) => block >= since);
  const repeated = own.flatMap(({ repeats }) => repeats ?? []);
  if (repeated.length >= Math.max(mostAgain, planned)) return [];
  const lost = voids.filter(({ block }) => block === undefined).map(({ system }) => system);
  const ofSoundCells = voids.filter(({ system }) => !lost.includes(undefined) && !(system && lost.includes(system)));
  return own
    .filter(({ block, repeats }) => {
      const why = ofSoundCells.filter((entry) => entry.block === block);
      const disturbed = why.every(({ cause }) => cause === "machine");
      return why.length > 0 && !repeated.includes(block) && (repeats === undefined || disturbed);
    })
    .map(({ block }) => block);
}

/** Finished blocks that no void names. */
export const soundBlocks = ({ blocks, voids }: Measured): LatencyRecord["blocks"] =>
  blocks.filter(({ block }) => !voids.some((entry) => entry.block === block));
