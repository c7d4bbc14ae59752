/**
 * Two systems of one run, function by function: is B slower than A, the baseline? They met in the same rounds, so the
 * ratio, its interval and its verdict are the report's own, from pairs of blocks. Pure.
 */
import { compare, gapText, type Cell } from "../comparison.ts";
import { systemTitle, withFigureOrder } from "../figures/figure-order.ts";
import { quotable } from "../quotable.ts";
import type { Results } from "../records/store.ts";
import { type ComparedCell, outcomeOf, type RunsComparison, side } from "./compare-runs.ts";
import { moderatedLogMedians } from "./log-medians.ts";
import { systemDifferences } from "./run-differences.ts";

export function compareSystems({ run, latency }: Results, b: string): RunsComparison {
  const { cells: all, baselines } = compare(latency);
  const [a = "baseline"] = baselines;
  const logMedians = moderatedLogMedians(latency);
  const missing: string[] = [];
  const cells = withFigureOrder(all).flatMap(({ label }): ComparedCell[] => {
    if (latency.every((record) => record.label !== label)) return []; // one that this run was not to measure
    const own = all.filter((cell) => cell.label === label);
    const [cellA, cellB] = [own.find(({ system }) => system === a), own.find(({ system }) => system === b)];
    const compared = cellB && comparedCell(logMedians, cellB);
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
    outcome: outcomeOf(cells.map(({ judgement }) => judgement)),
  };
}

/** `undefined` for a cell that has no ratio. */
function comparedCell(logMedians: ReturnType<typeof moderatedLogMedians>, cell: Cell): ComparedCell | undefined {
  const { label, system, baseline, ratio, adjustedP, judgement } = cell;
  if (ratio === undefined || judgement === undefined) return undefined;
  return {
    label,
    system,
    baseline,
    a: side(logMedians(label, baseline)),
    b: side(logMedians(label, system)),
    change: { ratio: ratio.ratio, interval: ratio.interval },
    relative: undefined,
    p: ratio.p,
    adjustedP,
    judgement,
  };
}

const gap = (system: string, cell: Cell | undefined): string =>
  `${systemTitle(system)} ${cell?.state === "measured" && quotable(cell) ? "measured" : gapText(cell)}`;
