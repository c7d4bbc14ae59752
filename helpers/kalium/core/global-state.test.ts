import { describe, expect, test } from "vitest";
import { eventOf, graphPolicy, policyWith } from "../testing/graphs.ts";
import { samplePolicy } from "../testing/sample-policy.ts";
import type { GuardEvent } from "./event.ts";
import { type GlobalState, createGlobalState } from "./global-state.ts";
import { type Policy, parsePolicy } from "./policy.ts";

const sample = parsePolicy(JSON.stringify(samplePolicy()), "sample");
const of = (name: GuardEvent["name"], url: string, method: string): GuardEvent => ({
  ...eventOf(`test0 ${name} ${url}`),
  method,
});
const [G, W, O, F, E] = [
  of("GETE", "cs.wisc.edu", "POST"),
  of("SEND", "www.wisc.edu", "GET"),
  of("SEND", "www.google.com", "GET"),
  of("SEND", "www.facebook.com", "GET"),
  of("ENDE", "function", "0"),
];
const answers = (state: GlobalState, events: readonly GuardEvent[]): string =>
  events.map((event) => (state.check(event, 0).verdict === "allow" ? "A" : "D")).join(" ");

describe.each(["reference", "shipped"] as const)("%s", (semantics) => {
  test.each([
    [[G, W, O, F, F, F], "A A A A A D"],
    [[W, W], "A D"],
    [[G, W, O, F, E, G], "A A A A A A"],
  ])("asked by CHECK_EVENT it answers as ctr did %#", (events, expected) => {
    expect(answers(createGlobalState(sample, { semantics }), events)).toBe(expected);
  });

  test("requests share one automaton, whatever their session", () => {
    const state = createGlobalState(sample, { semantics });
    expect(answers(state, [G, { ...G, sessionId: "s2" }])).toBe("A D");
  });

  test.each<[string, Policy | undefined]>([
    ["another name than default", { ...sample, name: "shop" }],
    ["no policy", undefined],
  ])("%s: all is denied", (_, policy) => {
    expect(createGlobalState(policy, { semantics }).check(G, 0)).toMatchObject({
      verdict: "deny",
      reason: "no-policy",
    });
  });
});

test("reference: notes advance the graph, and ENDE resets it even where it was not legal", () => {
  const state = createGlobalState(sample, { semantics: "reference" });
  state.check(G, 0);
  expect(state.notify(W, 0)).toMatchObject({ verdict: "allow", nodeAfter: 1, eventId: 1 });
  expect(state.notify(E, 0)).toMatchObject({ verdict: "deny", reason: "no-edge" });
  expect(state.check(G, 0)).toMatchObject({ verdict: "allow", nodeAfter: 0 });
});

test("shipped: notes are not looked at, so after the first GETE nothing is allowed", () => {
  const state = createGlobalState(sample, { semantics: "shipped" });
  expect(state.check(G, 0).verdict).toBe("allow");
  expect([W, O, F, E].map((event) => state.notify(event, 0))).toEqual([undefined, undefined, undefined, undefined]);
  expect(state.check(G, 0)).toMatchObject({ verdict: "deny", reason: "count-exhausted" });
});

describe("strict", () => {
  const policy = policyWith(
    graphPolicy(["cart GETE / > cart SEND pay > pay GETE / > pay SEND bank > cart RESP pay > cart SEND db"]),
  );
  const strict = (limits = {}) => createGlobalState(policy, { semantics: "strict", ...limits });
  const run = (state: GlobalState, texts: readonly string[], session: string, nowMs = 0): string =>
    texts.map((text) => (state.check(eventOf(text, { session }), nowMs).verdict === "allow" ? "A" : "D")).join(" ");
  const whole = [
    "cart GETE /",
    "cart SEND pay",
    "pay GETE /",
    "pay SEND bank",
    "pay ENDE /",
    "cart RESP pay",
    "cart SEND db",
    "cart ENDE /",
  ];

  test("a request passes through its functions, and its end closes the session", () => {
    const state = strict();
    expect(run(state, whole, "s1")).toBe("A A A A A A A A");
    expect(state.openSessions).toBe(0);
    expect(run(state, whole, "s1")).toBe("A A A A A A A A");
  });

  test("requests at the same time have automata of their own", () => {
    const state = strict();
    const both = whole.flatMap((text) => [run(state, [text], "s1"), run(state, [text], "s2")]);
    expect(both).toEqual(Array(16).fill("A"));
  });

  test("a function in the middle cannot be invoked directly, nor what another session may do", () => {
    const state = strict();
    expect(run(state, ["pay GETE /"], "s1")).toBe("D");
    expect(run(state, ["cart GETE /", "cart SEND pay"], "s2")).toBe("A A");
    expect(run(state, ["pay GETE /", "pay SEND bank"], "s3")).toBe("D D");
    expect(state.openSessions).toBe(1);
  });

  test("the last end must be at a terminal; the session is over either way", () => {
    const state = strict();
    run(state, ["cart GETE /", "cart SEND pay"], "s1");
    expect(state.check(eventOf("cart ENDE /"), 0)).toMatchObject({ verdict: "deny", reason: "not-terminal" });
    expect(state.openSessions).toBe(0);
  });

  test("an end without a beginning is denied", () => {
    expect(strict().check(eventOf("cart ENDE /"), 0)).toMatchObject({ verdict: "deny", reason: "not-terminal" });
  });

  test("a session is forgotten after its silence: it cannot go on, only begin", () => {
    const state = strict({ idleMs: 100 });
    run(state, ["cart GETE /"], "s1", 0);
    expect(run(state, ["cart SEND pay"], "s1", 101)).toBe("D");
    expect(run(state, ["cart GETE /"], "s1", 101)).toBe("A");
  });

  test("more sessions than may be open are denied, open ones go on", () => {
    const state = strict({ maxOpen: 1 });
    run(state, ["cart GETE /"], "s1");
    expect(state.check(eventOf("cart GETE /", { session: "s2" }), 0)).toMatchObject({
      verdict: "deny",
      reason: "protocol-error",
    });
    expect(run(state, ["cart SEND pay"], "s1")).toBe("A");
  });

  test("denied beginnings leave nothing behind", () => {
    const state = strict({ maxOpen: 1 });
    for (let index = 0; index < 10; index++) run(state, ["evil GETE /"], `x${index}`);
    expect(state.openSessions).toBe(0);
  });
});
