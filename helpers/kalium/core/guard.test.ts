import { describe, expect, test } from "vitest";
import { eventOf, localPolicy } from "../testing/graphs.ts";
import { eventHash } from "./hash.ts";
import { type ControllerAnswer, type FlowGuard, type FlowGuardOptions, createGuard } from "./guard.ts";

const events = ["cart GETE /", "cart SEND db", "cart RESP db", "cart SEND pay"];
const policy = localPolicy("cart", [events.join(" > ")]);
/** As a learner writes it for `reference`, whose guard looks at SEND and RESP only. */
const withoutGete = localPolicy("cart", [events.slice(1).join(" > ")]);
const allow: ControllerAnswer = { verdict: "allow", reason: "ok" };
const denied: ControllerAnswer = { verdict: "deny", reason: "no-edge" };

interface Settings {
  readonly request?: string;
  readonly answer?: ControllerAnswer;
  readonly atMs?: number;
}

const guardWith = (options: Partial<FlowGuardOptions>): FlowGuard =>
  createGuard({ policy, semantics: "strict", action: "enforce", ...options });
const decide = (guard: FlowGuard, text: string, { request = "r1", answer = allow, atMs = 0 }: Settings = {}) =>
  guard.conclude(guard.begin(eventOf(text), request, atMs), answer);
const verdicts = (guard: FlowGuard, texts: readonly string[], request = "r1"): string =>
  texts.map((text) => (decide(guard, text, { request }).verdict === "allow" ? "A" : "D")).join(" ");

test("a record says who did what when, and what the graph said", () => {
  const guard = guardWith({});
  decide(guard, "cart GETE /", { atMs: 1_790_000_000_000 });
  expect(decide(guard, "cart SEND db", { atMs: 1_790_000_000_000 })).toEqual({
    at: "2026-09-21T14:13:20.000Z",
    requestId: "r1",
    sessionId: "s1",
    instanceId: "i1",
    function: "cart",
    event: "SEND",
    url: "db",
    method: "GET",
    hash: 1866577407,
    local: { verdict: "allow", reason: "ok", eventId: 1, nodeBefore: 1, nodeAfter: 2, remaining: 0 },
    global: { verdict: "allow", reason: "ok" },
    verdict: "allow",
    reason: "ok",
    action: "enforce",
    permitted: true,
  });
});

describe("reference", () => {
  const reference = (options: Partial<FlowGuardOptions> = {}) =>
    guardWith({ semantics: "reference", policy: withoutGete, ...options });

  test("GETE is the controller's alone", () => {
    const pending = reference().begin(eventOf("cart GETE /"), "r1", 0);
    expect(pending).toMatchObject({ local: undefined, forward: "check" });
    expect(reference().conclude(pending, denied)).toMatchObject({ verdict: "deny", reason: "no-edge" });
  });

  test("SEND and RESP are the guard's; the controller hears of them even when they are denied", () => {
    const guard = reference();
    const pending = guard.begin(eventOf("cart SEND pay"), "r1", 0);
    expect(pending).toMatchObject({ local: { verdict: "deny" }, forward: "event" });
    expect(guard.conclude(pending)).toMatchObject({ verdict: "deny", reason: "not-entry", permitted: false });
  });

  test("requests of one instance share an automaton, which ENDE resets", () => {
    const guard = reference();
    expect(verdicts(guard, ["cart SEND db"], "r1")).toBe("A");
    expect(verdicts(guard, ["cart SEND db"], "r2")).toBe("D");
    expect(guard.begin(eventOf("cart ENDE /"), "r1", 0)).toMatchObject({ local: undefined, forward: "event" });
    expect(verdicts(guard, ["cart SEND db"], "r2")).toBe("A");
  });
});

describe("strict", () => {
  test("every event asks both graphs", () => {
    const guard = guardWith({});
    for (const text of [...events, "cart ENDE /"]) {
      const pending = guard.begin(eventOf(text), "r1", 0);
      expect(pending).toMatchObject({ local: { verdict: "allow" }, forward: "check" });
      guard.conclude(pending, allow);
    }
    expect(guard.openRequests).toBe(0);
  });

  test("what the local graph denies does not reach the controller", () => {
    expect(guardWith({}).begin(eventOf("cart SEND db"), "r1", 0).forward).toBe("none");
  });

  test("what the controller denies does not advance the local graph", () => {
    const guard = guardWith({});
    decide(guard, "cart GETE /");
    expect(decide(guard, "cart SEND db", { answer: denied })).toMatchObject({ verdict: "deny", reason: "no-edge" });
    expect(decide(guard, "cart SEND db")).toMatchObject({ verdict: "allow", local: { nodeBefore: 1 } });
  });

  test("requests of one instance at the same time do not mix", () => {
    const guard = guardWith({});
    const both = events.flatMap((text) => [verdicts(guard, [text], "r1"), verdicts(guard, [text], "r2")]);
    expect(both).toEqual(Array(8).fill("A"));
    expect(verdicts(guard, ["cart SEND db"], "r3")).toBe("D");
  });

  test("an end in the wrong place is denied, reported to the controller, and closes the request", () => {
    const guard = guardWith({});
    decide(guard, "cart GETE /");
    const pending = guard.begin(eventOf("cart ENDE /"), "r1", 0);
    expect(pending).toMatchObject({ local: { reason: "not-terminal" }, forward: "check" });
    expect(guard.conclude(pending, allow)).toMatchObject({ verdict: "deny", reason: "not-terminal" });
    expect(guard.openRequests).toBe(0);
  });

  test("the end of a request that was denied at its beginning stays here", () => {
    const guard = guardWith({});
    decide(guard, "cart GETE /", { answer: denied });
    expect(guard.openRequests).toBe(0);
    expect(guard.begin(eventOf("cart ENDE /"), "r1", 0)).toMatchObject({ local: { verdict: "deny" }, forward: "none" });
  });

  test("more requests than may be open are denied", () => {
    const guard = guardWith({ maxOpen: 1 });
    decide(guard, "cart GETE /", { request: "r1" });
    expect(decide(guard, "cart GETE /", { request: "r2" })).toMatchObject({
      verdict: "deny",
      reason: "protocol-error",
    });
  });
});

describe("fails closed", () => {
  test.each(["reference", "shipped", "strict"] as const)("%s: without a policy", (semantics) => {
    const guard = guardWith({ policy: undefined, semantics });
    expect(decide(guard, "cart SEND db")).toMatchObject({ verdict: "deny", reason: "no-policy", permitted: false });
  });

  test("an event that the policy does not know", () => {
    const guard = guardWith({});
    decide(guard, "cart GETE /");
    expect(decide(guard, "cart SEND evil")).toMatchObject({ verdict: "deny", reason: "unknown-event" });
  });

  test("no answer from the controller, or none that can be understood", () => {
    const pending = guardWith({}).begin(eventOf("cart GETE /"), "r1", 0);
    const timeout: ControllerAnswer = { failure: "controller-timeout" };
    expect(guardWith({}).conclude(pending, timeout)).toMatchObject({ verdict: "deny", reason: "controller-timeout" });
    expect(guardWith({}).conclude(pending)).toMatchObject({ verdict: "deny", reason: "protocol-error" });
  });

  test("strict: an event that only shares the hash of a known one", () => {
    const known = eventOf("cart SEND /ab");
    const forged = eventOf("cart SEND /bA"); // 33 "a" + "b" = 33 "b" + "A"
    const own = localPolicy("cart", ["cart SEND /ab"]);
    const told = { ...own, events: new Map([[eventHash(known), known]]) };
    expect(eventHash(forged)).toBe(eventHash(known));
    const verdictOf = (of: typeof own, semantics: "reference" | "strict") =>
      guardWith({ policy: of, semantics }).begin(forged, "r1", 0).local?.reason;
    expect(verdictOf(told, "strict")).toBe("unknown-event");
    expect(verdictOf(own, "strict")).toBe("ok"); // the policy does not have the text behind the hash
    expect(verdictOf(told, "reference")).toBe("ok");
  });

  test("unless it was set otherwise; a denial stays one", () => {
    const open = guardWith({ withoutAnswer: "allow" });
    const timeout: ControllerAnswer = { failure: "controller-timeout" };
    expect(decide(open, "cart GETE /", { answer: timeout })).toMatchObject({
      verdict: "allow",
      reason: "controller-timeout",
    });
    expect(decide(open, "cart SEND db", { answer: { verdict: "deny", reason: "protocol-error" } }).verdict).toBe(
      "deny",
    );
    const free = guardWith({ policy: undefined, withoutPolicy: "allow" });
    expect(decide(free, "cart SEND db")).toMatchObject({ verdict: "allow", reason: "no-policy" });
    expect(decide(free, "cart SEND db", { answer: denied }).verdict).toBe("deny");
  });
});

describe("actions", () => {
  test("monitor denies on paper only", () => {
    const guard = guardWith({ action: "monitor" });
    expect(decide(guard, "cart SEND db")).toMatchObject({ verdict: "deny", reason: "not-entry", permitted: true });
  });

  test("record checks nothing, and sends the controller all events in order of arrival", () => {
    const guard = guardWith({ action: "record", policy: undefined });
    const pending = guard.begin(eventOf("cart SEND db"), "r1", 0);
    expect(pending).toMatchObject({ local: undefined, forward: "event" });
    const { verdict, permitted, local, global } = guard.conclude(pending);
    expect({ verdict, permitted, local, global }).toEqual({
      verdict: "allow",
      permitted: true,
      local: undefined,
      global: undefined,
    });
  });
});
