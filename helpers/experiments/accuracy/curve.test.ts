import { expect, test } from "vitest";
import type { Trace } from "../../kalium/learn/trace.ts";
import {
  type AccuracyCurve,
  fittingPolicy,
  measureCurve,
  orderCount,
  roundsNeeded,
  thinWorkload,
  zeroFromRound,
} from "./curve.ts";

/** A round of one request in which a function sends to one of `kinds` hosts, rare ones rarely. */
function round(number: number, kinds: number): Trace[] {
  const host = `host-${Math.floor(Math.log2(1 + (number % 2 ** kinds)))}`;
  const event = (name: "GETE" | "SEND" | "ENDE", url: string) =>
    ({ function: "cart", name, url, method: "POST", invocation: "1" }) as const;
  return [
    {
      request: String(number),
      round: number,
      events: [event("GETE", "function/"), event("SEND", host), event("ENDE", "function")],
    },
  ];
}

const rounds = (count: number, kinds: number): Trace[][] =>
  Array.from({ length: count }, (_, at) => round(at + 1, kinds));

const curve = (rejected: number[][]): AccuracyCurve => ({
  semantics: "strict",
  trainingRounds: rejected[0]?.length ?? 0,
  testRounds: 100,
  requestsPerRound: 11,
  orderSeed: 1,
  rejected,
  leaveOneOut: { rounds: 200, rejected: 0 },
});

test("half of the rounds test, and every order has a count that never rises for each number of the others", () => {
  const { rejected, trainingRounds, testRounds } = measureCurve(rounds(61, 5), 3);
  expect([trainingRounds, testRounds, rejected.length]).toEqual([31, 30, orderCount]);
  for (const order of rejected) {
    expect(order).toHaveLength(31);
    expect(order).toEqual(order.toSorted((a, b) => b - a));
  }
});

test("the same seed gives the same curve, another one another", () => {
  expect(measureCurve(rounds(40, 5), 3)).toEqual(measureCurve(rounds(40, 5), 3));
  expect(measureCurve(rounds(40, 5), 3).rejected).not.toEqual(measureCurve(rounds(40, 5), 4).rejected);
});

test("fresh rounds need as many rounds as it takes to teach all that is in them", () => {
  const recorded = rounds(64, 5);
  const needed = roundsNeeded(recorded, rounds(32, 5), 3);
  expect(needed).toHaveLength(orderCount);
  for (const count of needed) expect(count).toBeGreaterThan(5); // of six hosts each round shows one
  expect(roundsNeeded(recorded, [round(1, 5)], 3).some((count) => count === 1)).toBe(true);
  expect(roundsNeeded(rounds(1, 5), rounds(32, 5), 3)).toEqual(Array.from({ length: orderCount }, () => null));
});

test("a workload that one round teaches is too thin", () => {
  expect(thinWorkload(curve([Array.from({ length: 30 }, () => 0)]))).toMatch(/only 0.0 % false positives/);
});

test("a workload that is learnt before 20 rounds is too thin, one that is not is fine", () => {
  const learntAt = (zero: number) => Array.from({ length: 30 }, (_, at) => (at + 1 < zero ? 50 : 0));
  expect(thinWorkload(curve([learntAt(19)]))).toContain("from round 19 on");
  expect(thinWorkload(curve([learntAt(20)]))).toBeUndefined();
  expect(thinWorkload(curve([learntAt(31)]))).toBeUndefined();
});

test("fewer than 20 rounds of training, or 100 of testing, say nothing of the workload", () => {
  expect(thinWorkload(curve([[0, 0, 0]]))).toBeUndefined();
  expect(thinWorkload({ ...curve([Array.from({ length: 30 }, () => 0)]), testRounds: 99 })).toBeUndefined();
});

test("the first round without false positives is infinite where there is none", () => {
  expect([zeroFromRound([3, 0, 0]), zeroFromRound([3, 1])]).toEqual([2, Infinity]);
});

test("a policy learns from all rounds where they fit, else from the first that do", () => {
  const many = rounds(60, 5);
  expect(fittingPolicy(many, "reference").rounds).toBe(60);
  const wide = Array.from({ length: 30 }, (_, at): Trace[] => {
    const invocation = String(at);
    const event = (name: "GETE" | "ENDE") => ({
      function: `f${at}`,
      name,
      url: "function",
      method: "POST",
      invocation,
    });
    return [{ request: invocation, round: at + 1, events: [event("GETE"), event("ENDE")] }];
  });
  expect(fittingPolicy(wide, "strict").rounds).toBe(30);
  expect(fittingPolicy(wide, "reference").rounds).toBe(20);
});
