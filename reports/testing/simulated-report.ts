/** Reports with known truths, for the simulations behind docs/method.md: block by block, not call by call. */
import { logEstimate, pValue } from "../stats/interval.ts";
import { moderated, priorsOf } from "../stats/moderation.ts";
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
  readonly seed: number;
}

export interface SimulatedCell {
  readonly system: number;
  /** Of the quarter of functions with most noise. */
  readonly noisy: boolean;
  /** The 95 % interval holds the truth, a ratio of 1: the same as p >= 0.05. */
  readonly covered: boolean;
  /** Of "the ratio is 1"; not adjusted. */
  readonly p: number;
}

export function simulatedReport(options: SimulatedReport): readonly SimulatedCell[] {
  const { functions, systems, spread } = options;
  const random = seededRandom(options.seed * 7919 + functions);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const noises = Array.from({ length: functions }, () => Math.exp(spread.functions * normal()));
  const worst = noises.toSorted((a, b) => b - a)[Math.ceil(functions / 4) - 1] ?? Infinity;
  const cells = noises.flatMap((noise, at) => {
    const scales = Array.from({ length: systems }, () => noise * Math.exp(spread.systems * normal()));
    const measured = measuredFunction(options, { baseline: noise, systems: scales }, normal);
    return measured.map((cell, system) => ({ ...cell, group: `f${at}`, system, noisy: noise >= worst }));
  });
  const priors = priorsOf(cells);
  return cells.map(({ logs, system, noisy }, at) => {
    const log = moderated(logEstimate(logs), priors[at]);
    const p = pValue(log) ?? NaN;
    return { system, noisy, covered: p >= 0.05, p };
  });
}

/** The systems of one function, all compared with the same blocks of the baseline. */
function measuredFunction(
  { blocks: wanted, rounds, source: { between, call } }: SimulatedReport,
  scales: { readonly baseline: number; readonly systems: readonly number[] },
  normal: () => number,
): readonly Omit<VarianceCell, "group">[] {
  const logs: number[][] = scales.systems.map(() => []);
  const within = scales.systems.map(() => 0);
  const arm = (scale: number): { readonly log: number; readonly expected: number } => {
    const error = (scale * call) / Math.sqrt(rounds);
    // What the rounds let expect is itself an estimate, from as many values as there are rounds.
    const expected = error ** 2 * Math.max(0.1, 1 + Math.sqrt(3 / rounds) * normal());
    return { log: scale * between * normal() + error * normal(), expected };
  };
  const done = (): number => logs[0]?.length ?? 0;
  while (typeof wanted === "number" ? done() < wanted : !wanted(logs)) {
    const baseline = arm(scales.baseline);
    scales.systems.forEach((scale, system) => {
      const own = arm(scale);
      logs[system]?.push(own.log - baseline.log);
      within[system] = (within[system] ?? 0) + own.expected + baseline.expected;
    });
  }
  const blocks = Array.from({ length: done() }, (_, block) => block);
  return logs.map((own, system) => ({ logs: own, blocks, within: (within[system] ?? 0) / blocks.length }));
}
