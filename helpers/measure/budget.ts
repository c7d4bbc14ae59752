/** The time that is left to a run, and how many of its functions share it. */
export interface Budget {
  /** On the same clock as `nowMs`; absent: no limit. */
  readonly endMs: number | undefined;
  /** Functions not yet measured, this one included. */
  readonly functionsLeft: number;
}

/** Until when one function may measure: its fair share of what is left, so that no function takes it all. */
export const shareEndMs = ({ endMs, functionsLeft }: Budget, nowMs: number): number | undefined =>
  endMs === undefined ? undefined : nowMs + Math.max(0, endMs - nowMs) / Math.max(1, functionsLeft);

/** Whether another block, as long as those before, would end too late. The first block is always measured. */
export const isSpent = (
  endMs: number | undefined,
  { nowMs, startMs, done }: { readonly nowMs: number; readonly startMs: number; readonly done: number },
): boolean => endMs !== undefined && done > 0 && nowMs + (nowMs - startMs) / done > endMs;
