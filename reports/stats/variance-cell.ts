/** One function under one system, as moderation sees it. */
export interface VarianceCell {
  /** Cells of one group share noise: the systems of one function. */
  readonly group: string;
  /** Of each block: the log ratio. */
  readonly logs: readonly number[];
  /** Number of each block, so that the cells of a group can be lined up. */
  readonly blocks: readonly number[];
  /** Squared standard error of a block's log ratio that its rounds alone let expect; absent: unknown. */
  readonly within: number | undefined;
  /** Of the baseline, that each block is compared with. Absent: one. */
  readonly arms?: 1 | 2;
}
