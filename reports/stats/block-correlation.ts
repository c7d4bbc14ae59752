import type { VarianceCell } from "./variance-cell.ts";

/**
 * How much the block-to-block deviations of two systems of a function follow each other, 0 to 1: they are compared with
 * the same calls of the baseline. Over all pairs of cells of a function, pooled; a cell without spread, and two cells
 * without a common block, follow nothing and count for nothing.
 */
export function blockCorrelation(cells: readonly Pick<VarianceCell, "group" | "logs" | "blocks">[]): number {
  let products = 0;
  let pairs = 0;
  for (const group of Map.groupBy(cells, (cell) => cell.group).values()) {
    const standardised = group.flatMap(({ logs, blocks }) => {
      const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
      const spread = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0));
      return spread === 0 ? [] : [new Map(blocks.map((block, at) => [block, ((logs[at] ?? 0) - mean) / spread]))];
    });
    standardised.forEach((one, at) => {
      for (const other of standardised.slice(at + 1)) {
        const common = [...one].filter(([block]) => other.has(block));
        if (common.length === 0) continue;
        for (const [block, deviation] of common) products += deviation * (other.get(block) ?? 0);
        pairs++;
      }
    });
  }
  return pairs === 0 ? 0 : Math.min(1, Math.max(0, products / pairs));
}
