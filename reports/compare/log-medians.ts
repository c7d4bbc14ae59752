import { blockCalls } from "../cell-summary.ts";
import type { LatencyRecord } from "../records/record.ts";
import { hodgesLehmann } from "../stats/hodges-lehmann.ts";
import { type LogEstimate, logEstimate } from "../stats/interval.ts";
import { moderated, priorsOf } from "../stats/moderation.ts";
import { median } from "../stats/quantile.ts";
import type { VarianceCell } from "../stats/variance-cell.ts";

export interface BlockEstimate extends LogEstimate {
  readonly blocks: number;
}

/**
 * By label and system: mean of the sound blocks' log medians, its variance moderated by the run's other cells.
 * @throws {TypeError} for a cell without a block
 */
export function moderatedLogMedians(
  records: readonly LatencyRecord[],
): (label: string, system: string) => BlockEstimate {
  const cells = records.flatMap((record) =>
    record.systems.flatMap(({ name }) => {
      const cell = cellOf(record, name);
      return cell === undefined ? [] : [{ ...cell, label: record.label, system: name }];
    }),
  );
  const priors = priorsOf(cells);
  const estimates = new Map(
    cells.map((cell, at) => [
      `${cell.label} ${cell.system}`,
      { ...moderated(logEstimate(cell.logs), priors[at]), blocks: cell.logs.length },
    ]),
  );
  return (label, system) => {
    const found = estimates.get(`${label} ${system}`);
    if (found === undefined) throw new TypeError(`${label} has no block under ${system}`);
    return found;
  };
}

function cellOf(record: LatencyRecord, system: string): VarianceCell | undefined {
  const blocks = [...blockCalls(record, system)];
  if (blocks.length === 0) return undefined;
  const within = blocks.flatMap(([, calls]) => hodgesLehmann(calls.map(Math.log)).variance ?? []);
  return {
    group: record.label,
    logs: blocks.map(([, calls]) => Math.log(median(calls))),
    blocks: blocks.map(([block]) => block),
    within: within.length === 0 ? undefined : within.reduce((sum, each) => sum + each, 0) / within.length,
  };
}
