/**
 * A system over many runs: its ratio to the baseline over the functions that all runs have, and where it changed. Ratios
 * are compared, not times, so a machine that got slower as a whole is not a change. Pure.
 */
import { type Cell, compare } from "../comparison.ts";
import { barSystems } from "../figures/figure-8-data.ts";
import type { Results } from "../records/store.ts";
import { geometricMean } from "../stats/geometric-mean.ts";
import { type Interval, type LogEstimate, difference, pValue, tInterval } from "../stats/interval.ts";
import { median } from "../stats/quantile.ts";
import { type Judgement, judge, settled, undecided } from "../stats/verdict.ts";
import { rangeText } from "../stats/words.ts";

/** One system in one run. */
export interface HistoryPoint {
  readonly runId: string;
  readonly startedAt: string;
  /** Geometric mean of the ratios to the baseline. */
  readonly ratio: number;
  readonly interval: Interval | undefined;
  /** Against all runs since the last change together; absent for the first. */
  readonly judgement: Judgement | undefined;
  /** A new level begins here. */
  readonly change: boolean;
}

export interface SystemHistory {
  readonly system: string;
  /** Functions that all of its runs have. */
  readonly labels: readonly string[];
  /** In order of time. */
  readonly points: readonly HistoryPoint[];
}

export interface History {
  readonly baseline: string;
  readonly systems: readonly SystemHistory[];
  /** Cells of the last run. */
  readonly latest: readonly Cell[];
}

/** @param runs with the same baseline, in any order */
export function historyOf(runs: readonly Results[]): History {
  const compared = runs
    .toSorted((a, b) => a.run.startedAt.localeCompare(b.run.startedAt))
    .map(({ run: { runId, startedAt }, latency }) => ({ runId, startedAt, comparison: compare(latency) }));
  const systems = new Set(compared.flatMap(({ comparison }) => barSystems(comparison)));
  const series = [...systems].map((system) => {
    const own = compared.map(({ comparison, ...run }) => ({ ...run, logs: logsOf(comparison.cells, system) }));
    const having = own.filter(({ logs }) => logs.size > 0);
    const [first] = having;
    const labels = [...(first?.logs.keys() ?? [])].filter((label) => having.every(({ logs }) => logs.has(label)));
    const points = having.flatMap(({ logs, ...run }) => {
      const estimate = meanOf(labels.flatMap((label) => logs.get(label) ?? []));
      return estimate === undefined ? [] : [{ ...run, log: estimate }];
    });
    return { system, labels, points };
  });
  const tests = Math.max(
    1,
    series.reduce((sum, { points }) => sum + Math.max(0, points.length - 1), 0),
  );
  const last = compared.at(-1)?.comparison;
  return {
    baseline: last?.baselines.join(", ") ?? "",
    systems: series.map(({ points, ...system }) => ({ ...system, points: withChanges(points, tests) })),
    latest: last?.cells ?? [],
  };
}

const logsOf = (cells: readonly Cell[], system: string): ReadonlyMap<string, LogEstimate> =>
  new Map(
    cells.flatMap((cell) =>
      cell.system !== system || cell.otherWork !== undefined || cell.ratio === undefined
        ? []
        : [[cell.label, cell.ratio.own] as const],
    ),
  );

/** The geometric mean on the logarithm, so that runs can be subtracted. */
const meanOf = (logs: readonly LogEstimate[]): LogEstimate | undefined => geometricMean(logs)?.log;

interface Estimated {
  readonly runId: string;
  readonly startedAt: string;
  readonly log: LogEstimate;
}

/**
 * Walks through the runs: one that differs from the level since the last change, by more than what days differ by, begins
 * a new one. The judgement is that of `compare`, by Bonferroni over all systems and runs.
 */
function withChanges(points: readonly Estimated[], tests: number): readonly HistoryPoint[] {
  const drift = driftOf(points.map(({ log }) => log));
  let level: LogEstimate[] = [];
  return points.map(({ log, ...run }) => {
    const drifting = { ...log, variance: log.variance === undefined ? undefined : log.variance + drift };
    const before = meanOf(level);
    const judgement = before && judged(difference(drifting, before), tests);
    const change = judgement?.verdict === "slower" || judgement?.verdict === "faster";
    level = change ? [drifting] : [...level, drifting];
    return { ...run, ratio: Math.exp(log.mean), interval: tInterval(log), judgement, change };
  });
}

function judged(log: LogEstimate, tests: number): Judgement {
  const p = pValue(log);
  const adjustedP = p === undefined ? undefined : Math.min(1, p * tests);
  const judgement = judge(log, { adjustedP, comparisons: tests, blocks: 1 });
  const interval = tInterval(log);
  if (settled(judgement) || interval === undefined) return judgement;
  // a run that is over gets no further block
  return undecided(rangeText(interval, { side: true }));
}

/** Fewer runs say nothing about how days differ. */
const fewestForDrift = 4;
/** Median of a chi-squared variable with 1 degree of freedom: squares divided by it estimate the variance, jumps aside. */
const medianSquare = 0.4549;

/**
 * Variance of a run's level beyond its own interval: days differ although nothing was changed. From neighbours, by the
 * median, so that a real change does not hide itself.
 */
function driftOf(logs: readonly LogEstimate[]): number {
  if (logs.length < fewestForDrift) return 0;
  const squares = logs.slice(1).map(({ mean }, at) => (mean - (logs[at]?.mean ?? NaN)) ** 2);
  const own = logs.reduce((sum, { variance = 0 }) => sum + variance, 0) / logs.length;
  return Math.max(0, median(squares) / medianSquare / 2 - own);
}
