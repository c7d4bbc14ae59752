/**
 * Two systems of one run, function by function: is B slower than A, the baseline? They met in the same rounds, so the
 * ratio, its interval and its verdict are the report's own, from pairs of blocks. Pure.
 */
import { compare, gapText, type Cell } from "../comparison.ts";
import { systemTitle, withFigureOrder } from "../figures/figure-order.ts";
import type { LatencyRecord } from "../records/record.ts";
import type { Results } from "../records/store.ts";
import { type ComparedCell, logMediansOf, outcomeOf, type RunsComparison, side } from "./compare-runs.ts";
import { systemDifferences } from "./run-differences.ts";

export function compareSystems({ run, latency }: Results, b: string): RunsComparison {
  const { cells: all, baselines } = compare(latency);
  const [a = "baseline"] = baselines;
  const missing: string[] = [];
  const cells = withFigureOrder(all).flatMap(({ label }): ComparedCell[] => {
    const record = latency.find((candidate) => candidate.label === label);
    if (record === undefined) return []; // one that this run was not to measure
    const own = all.filter((cell) => cell.label === label);
    const [cellA, cellB] = [own.find(({ system }) => system === a), own.find(({ system }) => system === b)];
    const compared = cellB && comparedCell(record, cellB);
    if (compared !== undefined) return [compared];
    missing.push(`${label}: ${gap(a, cellA)}, ${gap(b, cellB)}`);
    return [];
  });
  const { runId, startedAt } = run;
  return {
    a: { runId, startedAt, system: a },
    b: { runId, startedAt, system: b },
    cells,
    missing,
    differences: systemDifferences(latency, a, b),
    outcome: outcomeOf(cells.map(({ judgement }) => judgement.verdict)),
  };
}

/** `undefined` for a cell that has no ratio. */
function comparedCell(record: LatencyRecord, cell: Cell): ComparedCell | undefined {
  const { label, system, baseline, ratio, adjustedP, judgement } = cell;
  if (ratio === undefined || judgement === undefined) return undefined;
  return {
    label,
    system,
    baseline,
    a: side(logMediansOf(record, baseline)),
    b: side(logMediansOf(record, system)),
    change: { ratio: ratio.ratio, interval: ratio.interval },
    relative: undefined,
    p: ratio.p,
    adjustedP,
    judgement,
  };
}

const gap = (system: string, cell: Cell | undefined): string =>
  `${systemTitle(system)} ${cell?.state === "measured" ? "measured" : gapText(cell)}`;
