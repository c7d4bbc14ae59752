/** Reports with known truths, for the simulations behind docs/method.md: block by block, not call by call. */
import { furtherBlocks } from "../stats/further-blocks.ts";
import { type GeometricMean, geometricMean } from "../stats/geometric-mean.ts";
import { type LogEstimate, logEstimate, pValue } from "../stats/interval.ts";
import { judgeFamily, type JudgedMember } from "../stats/judge-family.ts";
import { moderated, priorsOf } from "../stats/moderation.ts";
import { noiseFloorOf } from "../stats/noise-floor.ts";
import { seededRandom } from "../stats/random.ts";
import type { VarianceCell } from "../stats/variance-cell.ts";

export interface SimulatedReport {
  readonly functions: number;
  /** Without the baseline; number 0 is its A/A arm. */
  readonly systems: number;
  /** A number, or whether those measured of a function are enough: log ratios by system. */
  readonly blocks: number | ((logs: readonly (readonly number[])[]) => boolean);
  readonly rounds: number;
  /** Standard deviations of the logarithm: of fresh sandboxes, and of calls. */
  readonly source: { readonly between: number; readonly call: number };
  /** How much noise differs, as standard deviations of its logarithm. */
  readonly spread: { readonly functions: number; readonly systems: number };
  /** True log ratio by system; absent: all are equal to the baseline. */
  readonly truths?: readonly number[];
  /** Looks at growing data, as `resume --settle` takes them: each function keeps measuring until it is settled. Default: 1. */
  readonly looks?: number;
  readonly seed: number;
}

export interface SimulatedCell extends JudgedMember {
  readonly system: number;
  readonly truth: number;
  /** Of the quarter of functions with most noise. */
  readonly noisy: boolean;
  /** The 95 % interval holds the truth. */
  readonly covered: boolean;
  /** Of "the ratio is 1"; not adjusted. */
  readonly p: number;
  readonly log: LogEstimate;
  /** With its own variance alone. */
  readonly own: LogEstimate;
  readonly blocks: number;
}

/** A report after its last look. No function is measured further beyond this. */
const mostBlocks = 200;

export function simulatedReport(options: SimulatedReport): readonly SimulatedCell[] {
  const { functions, systems, spread, looks: wanted = 1 } = options;
  const random = seededRandom(options.seed * 7919 + functions);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const noises = Array.from({ length: functions }, () => Math.exp(spread.functions * normal()));
  const worst = noises.toSorted((a, b) => b - a)[Math.ceil(functions / 4) - 1] ?? Infinity;
  const measured = noises.map((noise, at) => {
    const scales = Array.from({ length: systems }, () => noise * Math.exp(spread.systems * normal()));
    const own = simulatedFunction(options, { baseline: noise, systems: scales }, normal);
    own.measure(options.blocks);
    return { ...own, group: `f${at}`, noisy: noise >= worst, looks: 1 };
  });
  for (let look = 1; ; look++) {
    const report = judged(measured, options);
    if (look === wanted) return report.flat();
    let any = false;
    for (const [at, own] of measured.entries()) {
      const more = furtherBlocks((report[at] ?? []).slice(1).map(({ judgement }) => judgement));
      if (more === undefined || own.done() + more > mostBlocks) continue;
      own.measure(own.done() + more);
      own.looks++;
      any = true;
    }
    if (!any) return report.flat();
  }
}

type Measured = SimulatedFunction & { readonly group: string; readonly noisy: boolean; looks: number };

/** As reports do, function by function; the A/A arm, number 0, is judged like the others, in a family of its own. */
function judged(
  measured: readonly Measured[],
  { truths = [] }: SimulatedReport,
): readonly (readonly SimulatedCell[])[] {
  const all = measured.flatMap((own) =>
    own.cells().map((cell, system) => ({ ...cell, group: own.group, system, looks: own.looks, noisy: own.noisy })),
  );
  const priors = priorsOf(all);
  const cells = all.map((cell, at) => {
    const own = logEstimate(cell.logs);
    const log = moderated(own, priors[at]);
    const control = all.findIndex(({ group, system }) => group === cell.group && system === 0);
    const noiseFloor = noiseFloorOf(all[control]?.logs ?? [], priors[control]);
    return { ...cell, log, own, noiseFloor, blocks: cell.logs.length };
  });
  const familyOf = (of: (system: number) => boolean) => {
    const members = cells.filter(({ system }) => of(system));
    const verdicts = judgeFamily(members);
    return members.flatMap((member, at) => (verdicts[at] === undefined ? [] : [{ ...member, ...verdicts[at] }]));
  };
  const everything = [...familyOf((system) => system === 0), ...familyOf((system) => system > 0)];
  return measured.map(({ group }) =>
    everything
      .filter((cell) => cell.group === group)
      .map((cell): SimulatedCell => {
        const { system, noisy, log, own, blocks, adjustedP, judgement } = cell;
        const truth = truths[system] ?? 0;
        const p = pValue(log) ?? NaN;
        const covered = (pValue({ ...log, mean: log.mean - truth }) ?? NaN) >= 0.05;
        return { system, truth, noisy, covered, p, log, own, blocks, adjustedP, judgement };
      }),
  );
}

/** Whether the interval of a system's geometric mean over all functions holds its truth. */
export function meanCovers(cells: readonly SimulatedCell[], truth: number): boolean {
  const mean: GeometricMean | undefined = geometricMean(cells.map(({ own }) => own));
  const { low, high } = mean?.interval ?? { low: NaN, high: NaN };
  return low <= Math.exp(truth) && Math.exp(truth) <= high;
}

interface SimulatedFunction {
  /** Measures until there are so many blocks, or until those there are suffice. */
  readonly measure: (wanted: SimulatedReport["blocks"]) => void;
  readonly done: () => number;
  readonly cells: () => readonly Omit<VarianceCell, "group">[];
}

/** The systems of one function, all compared with the same blocks of the baseline's two arms; the second, number 0, with the first. */
function simulatedFunction(
  { rounds, source: { between, call }, truths = [] }: SimulatedReport,
  scales: { readonly baseline: number; readonly systems: readonly number[] },
  normal: () => number,
): SimulatedFunction {
  const logs: number[][] = scales.systems.map(() => []);
  const within = scales.systems.map(() => 0);
  const arm = (scale: number): { readonly log: number; readonly expected: number } => {
    const error = (scale * call) / Math.sqrt(rounds);
    // What the rounds let expect is itself an estimate, from as many values as there are rounds.
    const expected = error ** 2 * Math.max(0.1, 1 + Math.sqrt(3 / rounds) * normal());
    return { log: scale * between * normal() + error * normal(), expected };
  };
  const done = (): number => logs[0]?.length ?? 0;
  return {
    done,
    measure: (wanted) => {
      while (typeof wanted === "number" ? done() < wanted : !wanted(logs)) {
        const baseline = arm(scales.baseline);
        const again = arm(scales.systems[0] ?? scales.baseline);
        const both = { log: (baseline.log + again.log) / 2, expected: (baseline.expected + again.expected) / 4 };
        scales.systems.forEach((scale, system) => {
          const [own, against] = system === 0 ? [again, baseline] : [arm(scale), both];
          logs[system]?.push((truths[system] ?? 0) + own.log - against.log);
          within[system] = (within[system] ?? 0) + own.expected + against.expected;
        });
      }
    },
    cells: () => {
      const blocks = Array.from({ length: done() }, (_, block) => block);
      return logs.map((own, system) => ({
        logs: [...own],
        blocks,
        within: (within[system] ?? 0) / Math.max(1, done()),
        arms: system === 0 ? 1 : 2,
      }));
    },
  };
}
