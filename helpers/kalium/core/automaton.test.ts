import { describe, expect, test } from "vitest";
import { type FlowAutomaton, createAutomaton } from "./automaton.ts";
import { type FlowGraph, type Semantics, flowGraph, head } from "./flow-graph.ts";

/** A graph as the transcripts write it: `[id, count]` per node, successors by source. */
const graph = (
  nodes: readonly (readonly [id: number, count: number])[],
  successors: Readonly<Record<number, readonly number[]>>,
): FlowGraph =>
  flowGraph({
    nodes: nodes.map(([id, count]) => ({ id, count })),
    successors: nodes.map((_, index) => successors[index] ?? []),
  });

const unknown = -1;
const global = (of: FlowGraph, semantics: Semantics): FlowAutomaton =>
  createAutomaton(of, { semantics, level: "global" });
const local = (of: FlowGraph, semantics: Semantics): FlowAutomaton =>
  createAutomaton(of, { semantics, level: "local" });
const answers = (automaton: FlowAutomaton, ids: readonly number[]): string =>
  ids.map((id) => (automaton.check(id).verdict === "allow" ? "A" : "D")).join(" ");

const [W, O, F] = [0, 1, 2];
const sample = graph(
  [
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 1],
  ],
  { 0: [1], 1: [2], 2: [3], 3: [4] },
);

describe.each(["reference", "shipped"] as const)("transcripts of the artifact's controller: %s", (semantics) => {
  test.each([
    ["in order, then once more than the count", sample, [0, 1, 2, 3, 3, 3], "A A A A A D"],
    ["entry skipped", sample, [1, 1], "A D"],
    ["the last node used up resets", sample, [0, 1, 2, 3, 4, 0], "A A A A A A"],
    [
      "virtual entry",
      graph(
        [
          [99, 0],
          [0, 1],
          [1, 2],
        ],
        { 0: [1], 1: [2] },
      ),
      [O, W, unknown, O, O, W, O, W],
      "D A D A A A A D",
    ],
    [
      "one node behind a virtual entry",
      graph(
        [
          [99, 0],
          [0, 1],
        ],
        { 0: [1] },
      ),
      [W, W, W],
      "A A A",
    ],
    [
      "a cycle with ends",
      graph(
        [
          [0, 2],
          [1, 2],
        ],
        { 0: [1, -1], 1: [0, -1] },
      ),
      [W, O, W, O, W],
      "A A A A A",
    ],
    [
      "an unknown event beside an end, which kills the artifact",
      graph(
        [
          [0, 2],
          [1, 2],
        ],
        { 0: [1, -1], 1: [0, -1] },
      ),
      [W, unknown],
      "A D",
    ],
    [
      "used up without reaching the last node",
      graph(
        [
          [0, 1],
          [1, 1],
          [2, 5],
        ],
        { 0: [1], 1: [0] },
      ),
      [W, O, W, F, O],
      "A A D D D",
    ],
    [
      "two nodes of one id in a row",
      graph(
        [
          [0, 1],
          [0, 1],
          [1, 1],
        ],
        { 0: [1], 1: [2] },
      ),
      [W, W, O],
      "A D D",
    ],
    ["25 successors, which kill the artifact", graph([[0, 1]], { 0: Array<number>(25).fill(0) }), [W], "D"],
    ["no nodes, which kill the artifact", graph([], {}), [W, O], "D D"],
  ])("%s", (_, of, ids, expected) => {
    expect(answers(global(of, semantics), ids)).toBe(expected);
  });
});

describe("reference", () => {
  test("a local automaton is reset by ENDE only, not by its last node", () => {
    const automaton = local(sample, "reference");
    expect(answers(automaton, [0, 1, 2, 3, 4, 0])).toBe("A A A A A D");
    expect(automaton.end().verdict).toBe("allow");
    expect(answers(automaton, [0])).toBe("A");
  });

  test("a denied event neither advances nor resets, except from head onto node 0", () => {
    const automaton = local(sample, "reference");
    expect(automaton.check(3)).toEqual({
      verdict: "deny",
      reason: "not-entry",
      nodeBefore: head,
      nodeAfter: 0,
      remaining: 0,
    });
    expect(answers(automaton, [0, 3, unknown, 1])).toBe("A D D A");
    expect(automaton.node).toBe(1);
  });

  test("visits of a node share one counter, also around a cycle", () => {
    const cycle = graph(
      [
        [0, 2],
        [1, 9],
      ],
      { 0: [1], 1: [0] },
    );
    expect(answers(local(cycle, "reference"), [0, 1, 0, 1, 0])).toBe("A A A A D");
  });

  test("a flow may end anywhere", () => {
    const automaton = local(sample, "reference");
    automaton.check(0);
    expect(automaton.end()).toMatchObject({ verdict: "allow", nodeBefore: 0, nodeAfter: head });
  });

  test("the first successor with the id and something left is taken", () => {
    const twins = graph(
      [
        [9, 0],
        [5, 0],
        [5, 1],
      ],
      { 0: [1, 2] },
    );
    expect(local(twins, "reference").check(5)).toMatchObject({ verdict: "allow", nodeAfter: 2, remaining: 0 });
  });
});

describe("reasons", () => {
  test.each([
    ["unknown-event", [0, unknown]],
    ["no-edge", [0, 2]],
    ["count-exhausted", [0, 0]],
    ["not-entry", [2]],
  ] as const)("%s", (reason, ids) => {
    const automaton = local(sample, "reference");
    expect(ids.map((id) => automaton.check(id)).at(-1)).toMatchObject({ verdict: "deny", reason });
  });

  test("count-exhausted also for a successor that is used up", () => {
    const cycle = graph(
      [
        [0, 1],
        [1, 1],
      ],
      { 0: [1], 1: [0] },
    );
    const automaton = local(cycle, "reference");
    expect([0, 1, 0].map((id) => automaton.check(id).reason)).toEqual(["ok", "ok", "count-exhausted"]);
  });

  test("no-policy for a graph that nothing can pass", () => {
    expect(local(graph([], {}), "strict").check(0).reason).toBe("no-policy");
    expect(local(graph([], {}), "strict").end().reason).toBe("no-policy");
  });

  test.each([Number.NaN, -2, -Infinity, Infinity, 0.5])("%d is never an event", (id) => {
    expect(local(sample, "reference").check(id).verdict).toBe("deny");
    expect(local(sample, "strict").check(id).verdict).toBe("deny");
  });
});

describe("strict", () => {
  const virtual = flowGraph({
    nodes: [
      { id: 99, count: 0 },
      { id: 0, count: 1 },
      { id: 1, count: 2 },
    ],
    successors: [[1], [2], []],
    terminals: [2],
  });

  test("the entry cannot be skipped", () => {
    const automaton = local(sample, "strict");
    expect(automaton.check(1)).toMatchObject({ verdict: "deny", reason: "not-entry", nodeAfter: head });
    expect(answers(automaton, [0, 1, 2, 3, 3])).toBe("A A A A A");
  });

  test("a virtual entry's successors are the entries", () => {
    expect(answers(local(virtual, "strict"), [1, 0, 1, 1, 1])).toBe("D A A A D");
  });

  test("a flow ends on a terminal only, and a denied end changes nothing", () => {
    const automaton = local(virtual, "strict");
    automaton.check(0);
    expect(automaton.end()).toEqual({
      verdict: "deny",
      reason: "not-terminal",
      nodeBefore: 1,
      nodeAfter: 1,
      remaining: 0,
    });
    automaton.check(1);
    expect(automaton.end()).toMatchObject({ verdict: "allow", nodeBefore: 2, nodeAfter: head });
    expect(automaton.check(0).verdict).toBe("allow");
  });

  test("a node with an end-of-flow edge is a terminal", () => {
    const automaton = local(
      graph(
        [
          [0, 1],
          [1, 1],
        ],
        { 0: [1], 1: [-1] },
      ),
      "strict",
    );
    automaton.check(0);
    expect(automaton.end().verdict).toBe("deny");
    automaton.check(1);
    expect(automaton.end().verdict).toBe("allow");
  });

  test("a flow without events is legal only where the graph says so", () => {
    expect(local(virtual, "strict").end().reason).toBe("not-terminal");
    expect(local(flowGraph({ ...virtual, mayBeEmpty: true }), "strict").end().verdict).toBe("allow");
  });

  test("nothing resets by itself", () => {
    expect(answers(global(sample, "strict"), [0, 1, 2, 3, 4, 0])).toBe("A A A A A D");
  });

  test("any number of successors", () => {
    const wide = graph(
      Array.from({ length: 101 }, (_, id) => [id, 1] as const),
      { 0: Array.from({ length: 100 }, (_, index) => index + 1) },
    );
    expect(answers(local(wide, "strict"), [0, 100])).toBe("A A");
    expect(answers(local(wide, "reference"), [0, 100])).toBe("D D");
  });

  test("an allowed check can be taken back", () => {
    const automaton = local(virtual, "strict");
    automaton.undo(automaton.check(0));
    expect(automaton.node).toBe(head);
    automaton.check(0);
    const second = automaton.check(1);
    automaton.undo(second);
    expect(automaton.node).toBe(1);
    expect(answers(automaton, [1, 1, 1])).toBe("A A D");
  });
});
