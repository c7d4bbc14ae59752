/**
 * Two runs, function by function: is B slower than A? The unit is again the block: Welch's t test on the blocks' log
 * medians (Welch 1947), unpaired because the runs share no block. Within each run the cells inform each other's variance.
 * Pure.
 */
import { type BlockEstimate, moderatedLogMedians } from "./log-medians.ts";
import { type Cell, compare, gapText } from "../comparison.ts";
import { systemTitle, withFigureOrder } from "../figures/figure-order.ts";
import { type Interval, type LogEstimate, difference, pValue, tInterval } from "../stats/interval.ts";
import { median } from "../stats/quantile.ts";
import { judgeFamily } from "../stats/judge-family.ts";
import { type Judgement, settled } from "../stats/verdict.ts";
import { loadRange, loadsOf } from "../loads.ts";
import { quotable } from "../quotable.ts";
import type { Results } from "../records/store.ts";
import { type RunDifference, runDifferences } from "./run-differences.ts";

/** One side's latency, quoted with an interval over its blocks. */
export interface Side {
  /** Geometric mean of the blocks' medians. */
  readonly medianNs: number;
  /** `undefined` with fewer than 2 blocks. */
  readonly interval: Interval | undefined;
  readonly blocks: number;
}

export interface CellChange {
  readonly ratio: number;
  readonly interval: Interval | undefined;
}

export interface ComparedCell {
  readonly label: string;
  readonly system: string;
  readonly baseline: string;
  readonly a: Side;
  readonly b: Side;
  /** B / A: above 1, B is slower. */
  readonly change: CellChange;
  /** The same of the ratios to the baseline: what slowed the whole machine down is not in it. */
  readonly relative: CellChange | undefined;
  readonly p: number | undefined;
  readonly adjustedP: number | undefined;
  readonly judgement: Judgement;
}

/** What A or B is. */
export interface Compared {
  readonly runId: string;
  readonly startedAt: string;
  /** Where A and B are two systems of one run. Absent: two runs with the same systems. */
  readonly system?: string;
}

export interface RunsComparison {
  readonly a: Compared;
  readonly b: Compared;
  readonly cells: readonly ComparedCell[];
  /** Cells that only one run has, or that are void in one, with why. */
  readonly missing: readonly string[];
  readonly differences: readonly RunDifference[];
  /** The loads, where those of the two runs were unlike: then ratios to the baseline are judged, and latencies are not. */
  readonly busier?: string;
  /** `undecided`: not one cell is settled, so "not slower" would say nothing. */
  readonly outcome: "slower" | "not slower" | "undecided";
}

export interface CompareOptions {
  /** The smallest change that matters. */
  readonly threshold?: number;
}

export function compareRuns(a: Results, b: Results, { threshold = 0.03 }: CompareOptions = {}): RunsComparison {
  const [before, after] = [sideOf(a), sideOf(b)];
  const missing: string[] = [];
  const raw = keysOf(before, after).flatMap(({ label, system }) => {
    const [cellA, cellB] = [before, after].map(({ cells }) => cells.find(is(label, system)));
    if (comparable(cellA) && comparable(cellB)) return [rawCell(cellA, cellB, before, after)];
    const reasons = [cellA, cellB].flatMap((cell, side) =>
      comparable(cell) ? [] : [`in ${side === 0 ? "A" : "B"} ${whyNot(cell)}`],
    );
    missing.push(`${label}, ${systemTitle(system)}: ${reasons.join(", ")}`);
    return [];
  });
  const busier = unlikeLoads(a, b);
  const family = raw.flatMap(({ cell, log, relativeLog, noiseFloor, looks }) => {
    const of = { cell, blocks: Math.min(cell.a.blocks, cell.b.blocks), noiseFloor, looks };
    if (busier === undefined) return [{ ...of, log }];
    return relativeLog === undefined ? [] : [{ ...of, log: relativeLog }];
  });
  const judged = new Map(judgeFamily(family, { threshold }).map((of, at) => [family[at]?.cell, of]));
  const unjudged = busier === undefined ? undefined : notComparable(busier);
  const cells = raw.flatMap(({ cell }): ComparedCell[] => {
    const of = judged.get(cell) ?? unjudged;
    return of === undefined ? [] : [{ ...cell, ...of }];
  });
  return {
    a: identity(a),
    b: identity(b),
    cells,
    missing,
    differences: runDifferences(a, b),
    ...(busier !== undefined && { busier }),
    outcome: outcomeOf(cells.map(({ judgement }) => judgement)),
  };
}

/** More than this apart, as a factor and by itself: another program of the machine ran beside one of the runs. */
const unlike = { factor: 2, load: 4 } as const;

/** "the machine's load was 9 to 12 in A and 47 to 51 in B" */
function unlikeLoads(a: Results, b: Results): string | undefined {
  const [before, after] = [loadsOf(a.latency), loadsOf(b.latency)];
  if (before.length === 0 || after.length === 0) return undefined;
  const [low = NaN, high = NaN] = [median(before), median(after)].sort((one, other) => one - other);
  if (high < unlike.factor * low || high - low < unlike.load) return undefined;
  return `the machine's load was ${loadRange(before)} in A and ${loadRange(after)} in B`;
}

const notComparable = (why: string): Pick<ComparedCell, "adjustedP" | "judgement"> => ({
  adjustedP: undefined,
  judgement: { verdict: "not settled", text: `not settled: ${why}`, reason: why, moreBlocks: undefined },
});

const comparable = (cell: Cell | undefined): cell is Cell => cell?.state === "measured" && quotable(cell);

/** Blocks are compared by the medians of their calls. */
const whyNot = (cell: Cell | undefined): string =>
  cell?.state === "averaged" ? "known by its average only" : gapText(cell);

export function outcomeOf(judgements: readonly Judgement[]): RunsComparison["outcome"] {
  if (judgements.some(({ verdict }) => verdict === "slower")) return "slower";
  return judgements.some(settled) ? "not slower" : "undecided";
}

interface RunSide {
  /** Of a function under a system. */
  readonly logMedians: (label: string, system: string) => BlockEstimate;
  readonly cells: readonly Cell[];
}

const sideOf = ({ latency }: Results): RunSide => ({
  logMedians: moderatedLogMedians(latency),
  cells: compare(latency).cells.filter(({ aaOf }) => aaOf === undefined),
});

const identity = ({ run: { runId, startedAt } }: Results) => ({ runId, startedAt });

const is =
  (label: string, system: string) =>
  (cell: Cell): boolean =>
    cell.label === label && cell.system === system;

/** In figure order; the systems of each function in the order of their records. */
function keysOf(...sides: readonly RunSide[]): readonly Pick<Cell, "label" | "system">[] {
  const all = sides.flatMap(({ cells }) => cells);
  return withFigureOrder(all).flatMap(({ label }) => {
    const systems = new Set(all.filter((cell) => cell.label === label).map(({ system }) => system));
    return [...systems].map((system) => ({ label, system }));
  });
}

function rawCell(a: Cell, b: Cell, before: RunSide, after: RunSide) {
  const { label, system, baseline } = b;
  const [own, other] = [after.logMedians(label, system), before.logMedians(label, system)];
  const change = difference(own, other);
  const [ratioB, ratioA] = [b.ratio?.log, a.ratio?.log];
  const relativeLog = ratioA === undefined || ratioB === undefined ? undefined : difference(ratioB, ratioA);
  const cell = {
    label,
    system,
    baseline,
    a: side(other),
    b: side(own),
    change: changeOf(change),
    relative: relativeLog && changeOf(relativeLog),
    p: pValue(change),
  };
  const noiseFloor = Math.max(a.noiseFloor ?? 0, b.noiseFloor ?? 0);
  return { cell, log: change, relativeLog, noiseFloor, looks: Math.max(a.looks, b.looks) };
}

export const side = (log: LogEstimate & { readonly blocks: number }): Side => ({
  medianNs: Math.exp(log.mean),
  interval: tInterval(log),
  blocks: log.blocks,
});

const changeOf = (log: LogEstimate): CellChange => ({ ratio: Math.exp(log.mean), interval: tInterval(log) });
