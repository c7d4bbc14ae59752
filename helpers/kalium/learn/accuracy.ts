/**
 * False positives against the number of training rounds, without building a graph for each: the accepted traces only
 * grow, so per order of the rounds each test round has one number, that of the training rounds it takes.
 */
import { seededRandom } from "../../../reports/stats/random.ts";
import { type LearntSemantics, needsOf, taughtBy } from "./needs.ts";
import type { Trace } from "./trace.ts";

/** Traces that are learnt together, or rejected together when one of them is. */
export type Round = readonly Trace[];

export interface AccuracyOptions {
  readonly semantics: LearntSemantics;
  /** How many random orders of the training rounds. */
  readonly orders: number;
  readonly seed: number;
}

/**
 * Per order, per test round: after how many training rounds it stays accepted. 0: it needs nothing; `Infinity`:
 * never. Time grows with orders x (training + test rounds).
 */
export function roundsUntilAccepted(
  training: readonly Round[],
  test: readonly Round[],
  { semantics, orders, seed }: AccuracyOptions,
): readonly (readonly number[])[] {
  const number = numbering();
  const learnt = training.map((round) => number(round, (trace) => taughtBy(trace, semantics)));
  const needed = test.map((round) => number(round, (trace) => needsOf(trace, semantics)));
  const random = seededRandom(seed);
  const firstMet = new Float64Array(number.count());
  return Array.from({ length: orders }, () => {
    firstMet.fill(Infinity);
    for (const [at, round] of shuffled(learnt.keys(), random).entries()) {
      for (const need of learnt[round] ?? []) if (firstMet[need] === Infinity) firstMet[need] = at + 1;
    }
    return needed.map((needs) => needs.reduce((latest, need) => Math.max(latest, firstMet[need] ?? Infinity), 0));
  });
}

/** How many test rounds are rejected after 1, 2, ... `trainingRounds` rounds. Falls, never rises. */
export function rejectedAfter(acceptedAfter: readonly number[], trainingRounds: number): number[] {
  const accepted = new Array<number>(trainingRounds + 1).fill(0);
  for (const rounds of acceptedAfter) if (rounds <= trainingRounds) accepted[rounds] = (accepted[rounds] ?? 0) + 1;
  let rejected = acceptedAfter.length - (accepted[0] ?? 0);
  return accepted.slice(1).map((count) => (rejected -= count));
}

/** How many rounds would be rejected by a policy that all the others taught. */
export function leaveOneOut(rounds: readonly Round[], semantics: LearntSemantics): number {
  const number = numbering();
  const taught = rounds.map((round) => number(round, (trace) => taughtBy(trace, semantics)));
  const needs = rounds.map((round) => number(round, (trace) => needsOf(trace, semantics)));
  const support = new Int32Array(number.count());
  for (const of of taught) for (const need of of) support[need] = (support[need] ?? 0) + 1;
  return needs.filter((of) => of.some((need) => support[need] === 1)).length;
}

/** Needs as small integers. */
function numbering() {
  const numbers = new Map<string, number>();
  const of = (round: Round, needsIn: (trace: Trace) => Set<string>): Int32Array => {
    const needs = new Set(round.flatMap((trace) => [...needsIn(trace)]));
    return Int32Array.from(needs, (need) => {
      const known = numbers.get(need) ?? numbers.size;
      numbers.set(need, known);
      return known;
    });
  };
  return Object.assign(of, { count: () => numbers.size });
}

/** Fisher and Yates' shuffle. */
export function shuffled<T>(of: Iterable<T>, random: () => number): T[] {
  const items = [...of];
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
  return items;
}
