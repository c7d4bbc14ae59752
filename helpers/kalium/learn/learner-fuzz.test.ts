import { expect, test } from "vitest";
import { KaliumError } from "../../base/errors.ts";
import { type Chance, chance } from "../testing/chance.ts";
import { eventNames } from "../core/event.ts";
import { policyDocument } from "../core/policy-export.ts";
import { parsePolicy } from "../core/policy.ts";
import { createLearner } from "./learner.ts";
import { needsOf, taughtBy } from "./needs.ts";
import { replay } from "./replay.ts";
import type { Trace } from "./trace.ts";

/** Of each semantics: 10,200 in all. */
const traces = 3_400;

/** Sound JSON that no guard would have seen: ends before beginnings, answers to nothing, one invocation everywhere. */
function anyTrace({ integer, many, pick }: Chance, request: string): Trace {
  const hosts = ["function", "gateway/function/f", "db", "0", "ü:%3A"];
  const event = () => ({
    invocation: pick(["1", "2", "f 1"]),
    function: pick(["f", "g", "f 1"]),
    name: pick(eventNames),
    url: pick(hosts),
    method: pick(["GET", "POST", "0"]),
  });
  return { request, round: 1, events: many(integer(14), event) };
}

test.each(["reference", "shipped", "strict"] as const)(
  "3,400 traces in any order, learnt for %s: a policy that can be read back and replayed, or a refusal; each teaches what it needs",
  (semantics) => {
    const dice = chance(semantics.length);
    let learner = createLearner({ semantics, normalise: "path" });
    let learnt = 0;
    for (let at = 0; at < traces; at++) {
      const whole = at % 20 === 0;
      if (whole) learner = createLearner({ semantics, normalise: "path" });
      const trace = anyTrace(dice, `r${at}`);
      try {
        learner.add(trace);
        const policy = learner.policy();
        if (whole) expect(parsePolicy(policyDocument(policy), "learnt")).toEqual(policy);
        if (replay(policy, trace, semantics).length === trace.events.length) learnt++;
      } catch (error) {
        if (!(error instanceof KaliumError && error.code === "E_POLICY")) throw error;
      }
      if (semantics === "shipped") continue;
      const taught = taughtBy(trace, semantics);
      if (![...needsOf(trace, semantics)].every((need) => taught.has(need))) throw new Error(JSON.stringify(trace));
    }
    expect(learnt).toBeGreaterThan(traces / 2);
  },
);
