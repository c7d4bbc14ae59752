import { expect, test } from "vitest";
import { KaliumError } from "../../base/errors.ts";
import { type Chance, chance, randomGraph } from "../testing/chance.ts";
import { eventOf } from "../testing/graphs.ts";
import { oracle } from "../testing/oracle.ts";
import { samplePolicy } from "../testing/sample-policy.ts";
import { createGlobalState } from "./global-state.ts";
import type { GuardEvent } from "./event.ts";
import { maxSuccessors } from "./flow-graph.ts";
import { eventHash } from "./hash.ts";
import { ctrPolicy } from "./policy-export.ts";
import { type Policy, parsePolicy } from "./policy.ts";

const policies = 10_000;

const events = Array.from("abcdefg", (letter) => eventOf(`f SEND ${letter}`));

/** A sound policy over `events`, with a random graph. */
function soundPolicy(dice: Chance): Record<string, unknown> {
  const graph = randomGraph(dice);
  const spelt = dice.pick([graph, { NS: graph.ns, ES: graph.es }, { ...graph, NS: graph.ns, ES: graph.es }]);
  return {
    ...samplePolicy(),
    EVENTID: events.slice(0, 6).map((event, e) => ({ h: eventHash(event), e })),
    GLOBALGRAPH: spelt,
  };
}

const junk: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1,
  0.5,
  -0,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  1e308,
  "",
  "default",
  "__proto__",
  [],
  {},
  [[]],
  { "0": 0, "1": [0] },
  { id: 0, cnt: 1 },
];

/** Replaces, removes, adds or copies something anywhere in a value. */
function mutate(dice: Chance, value: unknown): unknown {
  if (typeof value !== "object" || value === null || dice.random() < 0.15) return dice.pick(junk);
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
  const keys = Object.keys(copy);
  if (keys.length === 0) return dice.pick(junk);
  const key = dice.pick(keys);
  if (dice.random() < 0.15) Reflect.deleteProperty(copy, key);
  else if (dice.random() < 0.15) copy[dice.pick(keys)] = copy[key];
  else copy[key] = mutate(dice, copy[key]);
  return copy;
}

/** Cuts, doubles or changes a character. */
function garble(dice: Chance, text: string): string {
  const at = dice.integer(text.length);
  return dice.pick([
    text.slice(0, at),
    text.slice(0, at) + dice.pick(["0", "9", "-", '"', "}", "]", ",", "\0", "\u{1f600}", "e9"]) + text.slice(at + 1),
    text.slice(0, at) + text.slice(at, at + 40) + text.slice(at),
  ]);
}

function load(text: string): Policy | undefined {
  try {
    return parsePolicy(text, "fuzzed");
  } catch (error) {
    if (!(error instanceof KaliumError) || error.code !== "E_POLICY") throw error;
    return undefined;
  }
}

interface RawPolicy {
  readonly NAME: string;
  readonly EVENTID: readonly { readonly h: number; readonly e: number }[];
  readonly GLOBALGRAPH: {
    readonly ns?: RawNodes;
    readonly NS?: RawNodes;
    readonly es?: RawEdges;
    readonly ES?: RawEdges;
  };
}
type RawNodes = Parameters<typeof oracle>[0]["ns"];
type RawEdges = Parameters<typeof oracle>[0]["es"];

/** By the raw JSON: what the check would allow, whatever our loader made of it. */
function allowedByOracle(text: string): readonly boolean[] {
  const { NAME, EVENTID, GLOBALGRAPH } = JSON.parse(text) as RawPolicy;
  const { ns, NS = [], es, ES = [] } = GLOBALGRAPH;
  const second = oracle({ ns: ns ?? NS, es: es ?? ES }, { lastNodeResets: true });
  const idOf = (event: GuardEvent): number => EVENTID.findLast(({ h }) => h === eventHash(event))?.e ?? -1;
  return walk.map((event) => NAME === "default" && second.allows(idOf(event)));
}

const verdictsOf = (policy: Policy): readonly boolean[] => {
  const state = createGlobalState(policy, { semantics: "reference" });
  return walk.map((event) => state.check(event, 0).verdict === "allow");
};

const walk = Array.from("abacbdcefgab", (letter) => eventOf(`f SEND ${letter}`));

test("10,000 fuzzed policies: each is refused with a reason or decides as its JSON says", () => {
  const dice = chance(3);
  const differing: unknown[] = [];
  let loaded = 0;
  let allowed = 0;
  for (let round = 0; round < policies; round++) {
    let policy: unknown = soundPolicy(dice);
    for (let times = dice.integer(4); times > 0; times--) policy = mutate(dice, policy);
    const sound = JSON.stringify(policy);
    const text = dice.random() < 0.2 ? garble(dice, sound) : sound;
    const read = load(text);
    if (read === undefined) continue;
    loaded++;
    const verdicts = verdictsOf(read);
    const expected = allowedByOracle(text);
    if (verdicts.some((verdict, at) => verdict !== expected[at])) differing.push({ text, verdicts, expected });
    allowed += verdicts.filter(Boolean).length;
  }
  expect(differing).toEqual([]);
  expect(loaded).toBeGreaterThan(policies / 10); // else the fuzz tests the refusal only
  expect(loaded).toBeLessThan(policies * 0.9);
  expect(allowed).toBeGreaterThan(1000);
});

test("a fuzzed policy that ctr could load decides the same after it was written and read", () => {
  const dice = chance(4);
  const differing: unknown[] = [];
  let written = 0;
  for (let round = 0; round < 1000; round++) {
    const read = load(JSON.stringify(mutate(dice, soundPolicy(dice))));
    const fits = read?.global.graph.successors.every(({ length }) => length <= maxSuccessors) === true;
    if (!fits || read.global.graph.nodes.length === 0) continue;
    const named = { ...read, name: "default" };
    const text = ctrPolicy(named);
    const [before, after] = [verdictsOf(named), verdictsOf(parsePolicy(text, "written"))];
    if (before.some((verdict, at) => verdict !== after[at])) differing.push({ text, before, after });
    written++;
  }
  expect(differing).toEqual([]);
  expect(written).toBeGreaterThan(100);
});
