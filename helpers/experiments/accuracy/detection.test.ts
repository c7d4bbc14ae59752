import { expect, test } from "vitest";
import type { AttackCase } from "../../../fixtures/attacks/attack.ts";
import type { VerdictRecord } from "../../kalium/core/guard.ts";
import { attackOutcomes, attackProblems, freshRequests } from "./detection.ts";

const check = { eventId: 1, nodeBefore: 0, nodeAfter: 0, remaining: 0 };
const allowed = { ...check, verdict: "allow", reason: "ok" } as const;
const refused = { ...check, verdict: "deny", reason: "no-edge" } as const;

function verdict(sessionId: string, of: Partial<VerdictRecord> = {}): VerdictRecord {
  const denied = of.local?.verdict === "deny" || of.global?.verdict === "deny";
  return {
    at: "2026-01-01T00:00:00.000Z",
    requestId: "1",
    sessionId,
    instanceId: "i",
    function: "cart",
    event: "SEND",
    url: "mysql",
    method: "",
    hash: 1,
    verdict: denied ? "deny" : "allow",
    reason: denied ? "no-edge" : "ok",
    action: "enforce",
    permitted: !denied,
    ...of,
  };
}

const attack = (id: string, of: Partial<AttackCase> = {}): AttackCase => ({
  id,
  class: "skipped steps",
  variant: "v",
  requests: [],
  ...of,
});

const nothing = { collector: "", mail: "" };

test("a denial counts for the graph that denied, and prevents only what it comes before", () => {
  const cases = ["a.1", "a.2", "a.3"].map((id) => attack(id));
  const verdicts = [
    verdict("a.1", { local: refused }),
    verdict("a.2", { local: allowed, global: refused, event: "ENDE" }),
    verdict("a.3", { local: allowed, global: allowed }),
  ];
  expect(attackOutcomes(cases, verdicts, { guard: "strict", arrivals: nothing })).toEqual([
    {
      class: "skipped steps",
      variant: "v",
      guard: "strict",
      cases: 3,
      detected: 2,
      local: 1,
      global: 1,
      prevented: 1,
      faults: 0,
    },
  ]);
});

test("a controller that did not answer is a fault, not a detection", () => {
  const late = verdict("a.1", { verdict: "deny", reason: "controller-timeout" });
  const [outcome] = attackOutcomes([attack("a.1")], [late], { guard: "strict", arrivals: nothing });
  expect(outcome).toMatchObject({ detected: 0, prevented: 0, faults: 1 });
});

test("an arrival is recognised by the case's mark, not by that of a case whose number begins alike", () => {
  const cases = ["a.1", "a.12"].map((id) => attack(id, { target: "collector" }));
  const verdicts = cases.map(({ id }) => verdict(id));
  const [outcome] = attackOutcomes(cases, verdicts, { guard: "none", arrivals: { collector: "x a.12", mail: "a.1" } });
  expect(outcome?.arrived).toBe(1);
});

test("a case whose requests no guard saw is an error", () => {
  expect(() => attackOutcomes([attack("a.1")], [], { guard: "strict", arrivals: nothing })).toThrow("no guard saw a.1");
});

test("fresh requests are counted once, with their first denial in words", () => {
  const verdicts = [verdict("r.1", { global: refused }), verdict("r.1", { local: refused }), verdict("r.2")];
  expect(freshRequests(verdicts)).toEqual({
    requests: 2,
    denied: 1,
    faults: 0,
    denials: [{ what: "cart SEND mysql : no-edge (global graph)", requests: 1 }],
  });
});

test("problems are missing cases, attacks that do not work, and what arrived although it was denied", () => {
  const of = {
    class: "calls to new hosts",
    variant: "v",
    cases: 2,
    detected: 2,
    local: 2,
    global: 0,
    faults: 0,
  } as const;
  const outcomes = [
    { ...of, guard: "none", prevented: 0, arrived: 1 },
    { ...of, guard: "strict", prevented: 2, arrived: 1 },
  ] as const;
  expect(attackProblems({ seed: 1, casesPerClass: 2, outcomes: [...outcomes] }, ["calls to new hosts"])).toEqual([
    "calls to new hosts, guard reference: 0 cases instead of 2",
    "calls to new hosts, v, guard none: only 1 of 2 attacks work",
    "calls to new hosts, v, guard strict: 1 arrived although 2 of 2 were denied",
  ]);
});
