import { describe, expect, test } from "vitest";
import { type Chance, chance } from "../testing/chance.ts";
import { concurrentTrace } from "../testing/concurrent.ts";
import { createLearner } from "./learner.ts";
import { observedSteps, possibleSteps, type Steps } from "./possible-steps.ts";
import { firstDenial, replay } from "./replay.ts";
import type { Trace, TraceEvent } from "./trace.ts";

const samples = 300;

/** Events as `invocation NAME url`. */
const parse = (texts: readonly string[]): TraceEvent[] =>
  texts.map((text) => {
    const [of = "", name = "", url = ""] = text.split(" ");
    return { function: of, invocation: of, name: name as TraceEvent["name"], url, method: "GET" };
  });
const traceOf = (events: readonly TraceEvent[], request = "r"): Trace => ({ request, round: 1, events });
const started = ({ events }: Trace): TraceEvent[] => events.filter(({ name }) => name !== "ENDE");
const ends = ({ events }: Trace): TraceEvent[] => events.filter(({ name }) => name === "ENDE");

/** A random order in which what comes before another wherever the steps allow only that still does. */
function anotherOrder({ pairs }: Steps, count: number, dice: Chance): number[] {
  const possible = new Set(pairs.map(String));
  const forced = pairs.filter(([from, to]) => !possible.has(String([to, from])));
  const left = new Set(Array.from({ length: count }, (_, index) => index));
  const order: number[] = [];
  while (left.size > 0) {
    const next = dice.pick([...left].filter((event) => !forced.some(([from, to]) => to === event && left.has(from))));
    left.delete(next);
    order.push(next);
  }
  return order;
}

/** Whether a policy that learnt `known` accepts `fresh`. */
function accepts(known: Trace, fresh: Trace): boolean {
  const learner = createLearner({ semantics: "strict", normalise: "path" });
  learner.add(known);
  return firstDenial(replay(learner.policy(), fresh, "strict")) === undefined;
}

test("one trace teaches every order that its causes allow", () => {
  const dice = chance(1);
  let others = 0;
  for (let at = 0; at < samples; at++) {
    const { trace } = concurrentTrace(dice, "r");
    const events = started(trace);
    const steps = possibleSteps(events);
    for (let again = 0; again < 3; again++) {
      const order = anotherOrder(steps, events.length, dice);
      if (order.some((event, place) => event !== place)) others++;
      const fresh = order.flatMap((event) => events[event] ?? []);
      expect(accepts(trace, traceOf([...fresh, ...ends(trace)]))).toBe(true);
    }
  }
  expect(others).toBeGreaterThan(samples);
});

test("no step leads from an event to one that had to come before it", () => {
  const dice = chance(2);
  let concurrent = 0;
  for (let at = 0; at < samples; at++) {
    const { trace, before } = concurrentTrace(dice, "r");
    const { first, last, pairs } = possibleSteps(started(trace));
    expect(pairs.filter(([from, to]) => before[from]?.has(to))).toEqual([]);
    expect(first).toEqual([0]);
    expect(last.filter((event) => before.some((past) => past.has(event)))).toEqual([]);
    concurrent += pairs.length - (before.length - 1);
  }
  expect(concurrent).toBeGreaterThan(10 * samples);
});

test("what came one after the other in each invocation, and waited for answers, has one order", () => {
  const texts = ["a GETE /", "a SEND b", "b GETE /", "b SEND db", "b RESP db", "a RESP b", "a SEND db", "a RESP db"];
  expect(possibleSteps(parse(texts))).toEqual(observedSteps(parse(texts)));
});

describe("a mail that is sent while the next function is called", () => {
  const call = (of: string): string[] => [
    `m SEND ${of}`,
    `${of} GETE /`,
    `${of} SEND db`,
    `${of} RESP db`,
    `m RESP ${of}`,
  ];
  const late = ["a GETE /", "m SEND b", "b GETE /"];
  const trace = (texts: readonly string[]): Trace => {
    const events = parse(texts);
    const ended = [...new Set(events.map(({ function: of }) => of))].toReversed();
    return traceOf([...events, ...parse(ended.map((of) => `${of} ENDE /`))]);
  };
  const mail = ["a SEND smtp", "a RESP smtp"];
  const known = trace([
    "m GETE /",
    "m SEND a",
    "a GETE /",
    "m RESP a",
    ...call("b").slice(0, 2),
    ...mail,
    ...call("b").slice(2),
  ]);

  test.each([
    ["before the answer", ["m GETE /", "m SEND a", "a GETE /", ...mail, "m RESP a", ...call("b")]],
    ["at the very end", ["m GETE /", "m SEND a", "a GETE /", "m RESP a", ...call("b"), ...mail]],
    [
      "around a look-up",
      [
        "m GETE /",
        "m SEND a",
        "a GETE /",
        "m RESP a",
        "m SEND b",
        "b GETE /",
        mail[0] ?? "",
        "b SEND db",
        "b RESP db",
        "m RESP b",
        mail[1] ?? "",
      ],
    ],
  ])("%s: learnt from one place in between", (_, texts) => {
    expect(accepts(known, trace(texts))).toBe(true);
  });

  test.each([
    ["before its function began", ["m GETE /", "m SEND a", ...mail, "a GETE /", "m RESP a", ...call("b")]],
    [
      "answered before it was sent",
      ["m GETE /", "m SEND a", "a GETE /", "m RESP a", ...mail.toReversed(), ...call("b")],
    ],
    ["and functions the other way round", ["m GETE /", ...call("b"), "m SEND a", "a GETE /", "m RESP a", ...mail]],
    ["and a function left out", ["m GETE /", "m SEND a", "a GETE /", "m RESP a", ...mail]],
    [
      "and a function called twice",
      ["m GETE /", "m SEND a", "a GETE /", "m RESP a", ...mail, ...call("b"), ...call("b")],
    ],
    ["and a function nobody called", [...late, ...mail]],
  ])("%s: denied", (_, texts) => {
    expect(accepts(known, trace(texts))).toBe(false);
  });
});

test("answers may come in any order, each after its request", () => {
  const { pairs } = possibleSteps(parse(["a GETE /", "a SEND x", "a SEND y", "a RESP x", "a RESP y"]));
  expect(pairs.map(String).sort()).toEqual(["0,1", "1,2", "1,3", "2,3", "2,4", "3,2", "3,4", "4,3"]);
});

test("which of two equal requests an answer is for is not guessed", () => {
  const begun = ["m GETE /", "m SEND a", "a GETE /", "m SEND a", "b GETE /", "m RESP a", "a SEND x", "m RESP a"];
  const { pairs } = possibleSteps(parse(begun));
  expect(pairs.map(String)).not.toContain("7,6"); // the second answer may be the one that waited for x
});

test("an invocation that no request explains comes after all that was before it", () => {
  const { first } = possibleSteps(parse(["a GETE /", "a SEND x", "a RESP x", "b GETE /"]));
  expect(first).toEqual([0]);
});

test.each([
  ["without any RESP nobody can tell what waited", parse(["a GETE /", "a SEND b", "b GETE /", "a SEND c"])],
  [
    "flows too long to compare all events are taken as they came",
    parse(["a GETE /", ...Array.from({ length: 600 }, () => ["a SEND x", "b GETE /"]).flat(), "a RESP x"]),
  ],
])("%s", (_, events) => {
  expect(possibleSteps(events)).toEqual(observedSteps(events));
});

test.each([
  ["that nothing explains", (at: number) => [`f${at} GETE /`]],
  ["with a request that is never answered", (at: number) => [`f${at} GETE /`, `f${at} SEND x`]],
  ["of which each may have started all later ones", (at: number) => [`f${at} SEND x`, `f${at - 1} RESP x`]],
])("1,000 events of invocations %s are compared in a moment", (_, events) => {
  const texts = Array.from({ length: 1000 }, (_, at) => events(at + 1))
    .flat()
    .slice(0, 999);
  const before = process.cpuUsage();
  possibleSteps(parse([...texts, "f1 RESP x"]));
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(5);
});
