/** Figure 7's curve from recorded rounds. Pure. */
import type { AccuracyRecord } from "../../../reports/records/accuracy-record.ts";
import { seededRandom } from "../../../reports/stats/random.ts";
import { leaveOneOut, rejectedAfter, type Round, roundsUntilAccepted, shuffled } from "../../kalium/learn/accuracy.ts";
import { KaliumError } from "../../base/errors.ts";
import { createLearner } from "../../kalium/learn/learner.ts";
import { policyDocument } from "../../kalium/core/policy-export.ts";
import type { Semantics } from "../../kalium/core/flow-graph.ts";
import type { Normalisation } from "../../kalium/core/normalise.ts";

export type AccuracyCurve = NonNullable<AccuracyRecord["curve"]>;

export const orderCount = 30;

/** A workload that is learnt sooner shows nothing. */
const fewestRounds = 20;
/** Fewer test rounds than these miss rare inputs, however rich the workload. */
const fewestTestRounds = 100;

/** Half of the rounds, chosen by `seed`, are for testing; the others train, in random orders. */
export function measureCurve(rounds: readonly Round[], seed: number): AccuracyCurve {
  const random = seededRandom(seed);
  const mixed = shuffled(rounds, random);
  const half = Math.floor(mixed.length / 2);
  const [test, training] = [mixed.slice(0, half), mixed.slice(half)];
  const semantics = "strict";
  const accepted = roundsUntilAccepted(training, test, { semantics, orders: orderCount, seed });
  return {
    semantics,
    trainingRounds: training.length,
    testRounds: test.length,
    requestsPerRound: rounds[0]?.length ?? 0,
    orderSeed: seed,
    rejected: accepted.map((after) => rejectedAfter(after, training.length)),
    leaveOneOut: { rounds: rounds.length, rejected: leaveOneOut(rounds, semantics) },
  };
}

/** Per random order of the recorded rounds: how many of them teach all that the fresh ones need; null: all do not. */
export const roundsNeeded = (recorded: readonly Round[], fresh: readonly Round[], seed: number): (number | null)[] =>
  roundsUntilAccepted(recorded, fresh, { semantics: "strict", orders: orderCount, seed }).map((after) => {
    const needed = after.reduce((most, rounds) => Math.max(most, rounds), 0);
    return Number.isFinite(needed) ? needed : null;
  });

/** Says why the workload does not show what Figure 7 is about; `undefined` when it does. */
export function thinWorkload({ rejected, trainingRounds, testRounds }: AccuracyCurve): string | undefined {
  if (trainingRounds < fewestRounds || testRounds < fewestTestRounds) return undefined; // nobody can tell yet
  const first = middle(rejected.map(([count = 0]) => count / testRounds));
  const zeroFrom = middle(rejected.map(zeroFromRound));
  if (first <= 0.1)
    return `only ${(100 * first).toFixed(1)} % false positives after one round, expected more than 10 %`;
  return zeroFrom < fewestRounds
    ? `no false positives from round ${zeroFrom} on, expected some until round ${fewestRounds}`
    : undefined;
}

/** First number of rounds without a false positive; `Infinity`: more than there are. */
export const zeroFromRound = (counts: readonly number[]): number => {
  const at = counts.indexOf(0);
  return at === -1 ? Infinity : at + 1;
};

/** The lower one of the two in the middle: an order that never reaches zero must not make a sum infinite. */
const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? NaN;

/**
 * What of a URL counts. With paths the shared graph of `reference` would need more successors per node than the
 * artifact's 20, because every function's end cuts a request there and so makes new beginnings.
 */
export const normalisationFor = (semantics: Semantics): Normalisation => (semantics === "strict" ? "path" : "host");

/** Text of the policy that all of these rounds teach. @throws {KaliumError} E_POLICY */
export function learntPolicy(rounds: readonly Round[], semantics: Semantics): string {
  const learner = createLearner({ semantics, normalise: normalisationFor(semantics) });
  for (const trace of rounds.flat()) learner.add(trace);
  return policyDocument(learner.policy());
}

/** The policy of the first rounds, as many as these semantics can check. @throws {KaliumError} E_POLICY when no round fits */
export function fittingPolicy(
  rounds: readonly Round[],
  semantics: Semantics,
): { readonly policy: string; readonly rounds: number } {
  for (let count = rounds.length; count > 1; count--) {
    try {
      return { policy: learntPolicy(rounds.slice(0, count), semantics), rounds: count };
    } catch (error) {
      if (!(error instanceof KaliumError && error.code === "E_POLICY")) throw error; // too many successors: fewer rounds
    }
  }
  return { policy: learntPolicy(rounds.slice(0, 1), semantics), rounds: 1 };
}
