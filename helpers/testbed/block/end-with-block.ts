import type { Void } from "../../../reports/records/record.ts";

/**
 * What else is wrong with a system whose block is lost anyway comes of the same, and voids no more than the block.
 * @param lost those whose block is lost; without a system: all
 */
export const endWithBlock = (others: readonly Void[], lost: readonly Void[], block: number): readonly Void[] =>
  others.map((entry) =>
    lost.some(({ system }) => system === undefined || system === entry.system) ? { ...entry, block } : entry,
  );
