import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../reports/stats/random.ts";
import { shopRounds } from "../testing/shop.ts";
import { leaveOneOut, rejectedAfter, roundsUntilAccepted, shuffled } from "./accuracy.ts";
import { createLearner } from "./learner.ts";
import { firstDenial, replay } from "./replay.ts";

const training = shopRounds(25, 1);
const held = shopRounds(30, 2);

describe.each(["reference", "strict"] as const)("%s", (semantics) => {
  test("the curve is that of policies that are learnt and replayed round by round", () => {
    const [acceptedAfter = []] = roundsUntilAccepted(training, held, { semantics, orders: 1, seed: 5 });
    const learner = createLearner({ semantics, normalise: "host" });
    const rejected = shuffled(training, seededRandom(5)).map((round) => {
      for (const trace of round) learner.add(trace);
      const policy = learner.policy();
      return held.filter((of) => of.some((trace) => firstDenial(replay(policy, trace, semantics)) !== undefined))
        .length;
    });
    expect(rejectedAfter(acceptedAfter, training.length)).toEqual(rejected);
    expect(rejected[0]).toBeGreaterThan(rejected.at(-1) ?? Infinity);
  });

  test("leave one out is what each round says about the policy of the others", () => {
    const rejected = training.filter((left) => {
      const learner = createLearner({ semantics, normalise: "host" });
      for (const trace of training.filter((round) => round !== left).flat()) learner.add(trace);
      const policy = learner.policy();
      return left.some((trace) => firstDenial(replay(policy, trace, semantics)) !== undefined);
    });
    expect(leaveOneOut(training, semantics)).toBe(rejected.length);
    expect(rejected.length).toBeGreaterThan(0);
  });
});

test("the same seed gives the same orders, another gives others", () => {
  const curves = (seed: number) => roundsUntilAccepted(training, held, { semantics: "strict", orders: 3, seed });
  expect(curves(1)).toEqual(curves(1));
  expect(curves(1)).not.toEqual(curves(2));
  const [first, second] = curves(1);
  expect(first).not.toEqual(second);
});

test("a round that needs nothing is never rejected, one with an unseen event always", () => {
  expect(rejectedAfter([0, 2, 2, 5, Infinity], 4)).toEqual([4, 2, 2, 2]);
});

test("a shuffle has every item once, and every order equally often", () => {
  const random = seededRandom(3);
  const times = new Map<string, number>();
  for (let round = 0; round < 6000; round++) {
    const order = shuffled("abc", random).join("");
    times.set(order, (times.get(order) ?? 0) + 1);
  }
  expect([...times.keys()].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
  for (const count of times.values()) expect(Math.abs(count - 1000)).toBeLessThan(120); // 4 standard deviations
});
