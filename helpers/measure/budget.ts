/** The time that is left to a run, and the part of it that is this function's. */
export interface Budget {
  /** On the same clock as `nowMs`; absent: no limit. */
  readonly endMs: number | undefined;
  /** Of all functions not yet measured, this one included: 0 to 1. */
  readonly share: number;
  /** What earlier sessions have measured of them, ms. */
  readonly spentMs?: { readonly own: number; readonly all: number };
}

/**
 * Until when one function may measure: its fair share of what is left, so that no function takes it all. What a resumed
 * function was measured for is a part of its share.
 */
export const shareEndMs = (
  { endMs, share, spentMs = { own: 0, all: 0 } }: Budget,
  nowMs: number,
): number | undefined =>
  endMs === undefined
    ? undefined
    : nowMs + Math.max(0, (Math.max(0, endMs - nowMs) + spentMs.all) * share - spentMs.own);

/** Whether another block, as long as those before, would end too late. The first block is always measured. */
export const isSpent = (
  endMs: number | undefined,
  { nowMs, startMs, done }: { readonly nowMs: number; readonly startMs: number; readonly done: number },
): boolean => endMs !== undefined && done > 0 && nowMs + (nowMs - startMs) / done > endMs;
