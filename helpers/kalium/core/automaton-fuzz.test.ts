import { describe, expect, test } from "vitest";
import { type Chance, chance, randomGraph } from "../testing/chance.ts";
import { oracle, strictOracle } from "../testing/oracle.ts";
import { createAutomaton } from "./automaton.ts";
import { type FlowGraph, flowGraph } from "./flow-graph.ts";

const sequences = 10_000;

const built = ({ ns, es }: ReturnType<typeof randomGraph>): FlowGraph =>
  flowGraph({
    nodes: ns.map(({ id, cnt }) => ({ id, count: cnt })),
    successors: ns.map((_, index) => es.filter((edge) => edge["0"] === index).flatMap((edge) => edge["1"])),
  });

/** Mostly events of the graph, now and then an unknown one; `"end"` for the end of a flow. */
const steps = ({ many, integer, random }: Chance): (number | "end")[] =>
  many(1 + integer(20), () => (random() < 0.05 ? "end" : integer(7) - 1));

describe.each(["local", "global"] as const)("10,000 random flows, %s", (level) => {
  test("reference decides as the oracle does", () => {
    const dice = chance(1);
    const differing: unknown[] = [];
    let allowed = 0;
    for (let round = 0; round < sequences; round++) {
      const graph = randomGraph(dice);
      const automaton = createAutomaton(built(graph), { semantics: "reference", level });
      const second = oracle(graph, { lastNodeResets: level === "global" });
      const flow = steps(dice);
      const decide = (step: number | "end"): boolean => {
        if (step !== "end") return automaton.check(step).verdict === "allow";
        automaton.end();
        return true;
      };
      const expected = (step: number | "end"): boolean =>
        step === "end" ? (second.reset(), true) : second.allows(step);
      const decided = flow.map((step) => [decide(step), expected(step)] as const);
      if (decided.some(([ours, theirs]) => ours !== theirs)) differing.push({ graph, flow, decided });
      allowed += decided.filter(([ours]) => ours).length;
    }
    expect(differing).toEqual([]);
    expect(allowed).toBeGreaterThan(sequences); // else the flows test nothing but denials
  });

  test("strict decides as its oracle does", () => {
    const dice = chance(3);
    const differing: unknown[] = [];
    let [allowed, ended] = [0, 0];
    for (let round = 0; round < sequences; round++) {
      const graph = randomGraph(dice);
      const automaton = createAutomaton(built(graph), { semantics: "strict", level });
      const second = strictOracle(graph);
      for (const step of steps(dice)) {
        const ours = step === "end" ? automaton.end() : automaton.check(step);
        const theirs = step === "end" ? second.ended() : second.allows(step);
        if ((ours.verdict === "allow") !== theirs) differing.push({ graph, step, ours, theirs });
        if (theirs && step === "end") ended++;
        if (theirs && step !== "end") allowed++;
      }
    }
    expect(differing).toEqual([]);
    expect(allowed).toBeGreaterThan(sequences / 2); // else the flows test nothing but denials
    expect(ended).toBeGreaterThan(100);
  });

  test("strict never allows a flow from its beginning that reference denies", () => {
    const dice = chance(2);
    const looser: unknown[] = [];
    let longest = 0;
    for (let round = 0; round < sequences; round++) {
      const graph = built(randomGraph(dice));
      if (graph.successors.some(({ length }) => length > 20)) continue;
      const strict = createAutomaton(graph, { semantics: "strict", level });
      const reference = createAutomaton(graph, { semantics: "reference", level: "local" });
      let length = 0;
      for (const step of steps(dice)) {
        const outcome = step === "end" ? strict.end() : strict.check(step);
        if (outcome.verdict === "deny") break;
        length++;
        const { verdict } = step === "end" ? reference.end() : reference.check(step);
        if (verdict === "deny") looser.push({ graph, step });
      }
      longest = Math.max(longest, length);
    }
    expect(looser).toEqual([]);
    expect(longest).toBeGreaterThan(3);
  });
});
