import { describe, expect, test } from "vitest";
import { chance } from "../testing/chance.ts";
import { shopRounds, shopTrace } from "../testing/shop.ts";
import { eventHash } from "../core/hash.ts";
import { ctrPolicy } from "../core/policy-export.ts";
import { type Policy, parsePolicy } from "../core/policy.ts";
import { createLearner } from "./learner.ts";
import { firstDenial, replay } from "./replay.ts";
import type { Trace, TraceEvent } from "./trace.ts";

/** Events as `function NAME url`; one invocation per function. */
const trace = (events: readonly string[], request = "r1"): Trace => ({
  request,
  round: 1,
  events: events.map((text): TraceEvent => {
    const [of = "", name = "", url = ""] = text.split(" ");
    return { function: of, name: name as TraceEvent["name"], url, method: "GET", invocation: of };
  }),
});

const learn = (traces: readonly Trace[], semantics: "reference" | "shipped" | "strict" = "strict"): Policy => {
  const learner = createLearner({ semantics, normalise: "path" });
  for (const each of traces) learner.add(each);
  return learner.policy();
};
const accepts = (policy: Policy, of: Trace, semantics: "reference" | "strict"): boolean =>
  firstDenial(replay(policy, of, semantics)) === undefined;

const once = ["f GETE /", "f SEND a", "f RESP a", "f SEND a", "f RESP a", "f SEND b", "f ENDE /"];

describe("a learnt graph", () => {
  test("has a node per event behind a virtual entry, with the largest count of one trace", () => {
    const { graph, eventIds } = learn([trace(once), trace(["f GETE /", "f SEND a", "f ENDE /"])]).locals.get("f") ?? {};
    expect(graph?.nodes).toEqual([
      { id: 4, count: 0 },
      { id: 0, count: 1 },
      { id: 1, count: 2 },
      { id: 2, count: 2 },
      { id: 3, count: 1 },
    ]);
    expect(graph?.successors).toEqual([[1], [2], [3], [2, 4], []]);
    expect(graph).toMatchObject({ entries: [1], terminals: [2, 4], mayBeEmpty: false });
    expect([...(eventIds?.values() ?? [])]).toEqual([0, 1, 2, 3]);
  });

  test("for reference is of SEND and RESP only", () => {
    const events =
      learn([trace(once)], "reference")
        .locals.get("f")
        ?.events.values() ?? [];
    expect([...events].map(({ name, url }) => `${name} ${url}`)).toEqual(["SEND a", "RESP a", "SEND b"]);
  });

  test("of a function that sent nothing allows nothing", () => {
    const policy = learn([trace(["f GETE /", "f ENDE /"])], "reference");
    expect(policy.locals.get("f")?.graph).toMatchObject({ nodes: [{ id: 0, count: 0 }], mayBeEmpty: true });
    expect(accepts(policy, trace(["f GETE /", "f ENDE /"]), "reference")).toBe(true);
    expect(accepts(policy, trace(["f GETE /", "f SEND a"]), "reference")).toBe(false);
  });

  test("for the shipped controller joins the ends of flows to their beginnings, without limit", () => {
    const requests = [trace(["f GETE /", "g GETE /", "f SEND a"], "r1"), trace(["h GETE /"], "r2")];
    const { graph, events } = learn(requests, "shipped").global;
    expect([...events.values()].map(({ function: of }) => of)).toEqual(["f", "g", "h"]);
    expect(graph.successors).toEqual([[1, 3], [2], [1, 3], [1]]);
    expect(graph.nodes.slice(1).map(({ count }) => count)).toEqual([0x7fffffff, 0x7fffffff, 0x7fffffff]);
  });

  test("for reference ends with a node that nothing reaches, since its controller resets at the last one", () => {
    const path = ["f GETE /", "f SEND a", "f SEND b", "f SEND a"];
    const policy = learn([trace(path)], "reference");
    expect(policy.global.graph.nodes.at(-1)).toEqual(policy.global.graph.nodes[0]);
    expect(accepts(policy, trace(path), "reference")).toBe(true);
  });

  test("is refused where its semantics could not check it", () => {
    const wide = Array.from({ length: 21 }, (_, index) => trace(["f GETE /", `f SEND host${index}`], `r${index}`));
    expect(() => learn(wide, "reference")).toThrow("node 1 of the global graph has 21 successors, more than 20");
    expect(learn(wide).locals.get("f")?.graph.successors[1]).toHaveLength(21);
  });

  test("is refused when two events have one hash", () => {
    // 33 * "b" + "A" = 33 * "a" + "b"
    const pair = [trace(["f SEND /bA"]), trace(["f SEND /ab"])];
    expect(() => learn(pair)).toThrow('"f SEND /bA GET" and "f SEND /ab GET" have one hash');
  });
});

describe.each(["reference", "strict"] as const)("%s", (semantics) => {
  const rounds = shopRounds(100, 7);
  const traces = rounds.flat();

  test("every training trace is accepted", () => {
    const policy = learn(traces, semantics);
    expect(traces.filter((of) => !accepts(policy, of, semantics))).toEqual([]);
  });

  test("what was accepted stays accepted when more is learnt: 20 growing policies, 60 traces", () => {
    const dice = chance(11);
    const fresh = dice.many(60, (index) => shopTrace(dice, index, "fresh"));
    const learner = createLearner({ semantics, normalise: "path" });
    let before = new Set<Trace>();
    const sizes: number[] = [];
    for (const of of traces.slice(0, 20)) {
      learner.add(of);
      const policy = learner.policy();
      const now = new Set(fresh.filter((each) => accepts(policy, each, semantics)));
      expect([...before].filter((of) => !now.has(of))).toEqual([]);
      sizes.push(now.size);
      before = now;
    }
    expect(sizes[0]).toBeLessThan(30); // else there was nothing to learn
    expect(sizes.at(-1)).toBeGreaterThan(30);
  });

  test("the order of traces changes the numbering, not what is accepted", () => {
    const dice = chance(12);
    const fresh = dice.many(200, (index) => shopTrace(dice, index, "fresh"));
    const few = traces.slice(0, 10);
    const [one, other] = [learn(few, semantics), learn(few.toReversed(), semantics)];
    const verdicts = (policy: Policy) => fresh.map((each) => accepts(policy, each, semantics));
    expect(verdicts(one)).toEqual(verdicts(other));
    expect(verdicts(one)).toContain(false);
  });

  test("the file that is written decides as the policy in memory", () => {
    const policy = learn(traces.slice(0, 10), semantics);
    const again = parsePolicy(ctrPolicy(policy), "written");
    expect(again.warnings).toEqual([]);
    expect(again).toEqual(policy);
  });
});

test("hashes of a policy are those of its events", () => {
  const { events, eventIds } = learn([trace(once)]).global;
  expect([...events].map(([hash, event]) => [hash, eventHash(event)])).toEqual([...eventIds.keys()].map((h) => [h, h]));
});
