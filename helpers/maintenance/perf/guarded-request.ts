/** One request to a function under guard, as events, and the policy that allows it and nothing else. */
import type { EventName, GuardEvent } from "../../kalium/core/event.ts";
import type { Policy } from "../../kalium/core/policy.ts";
import { createLearner, type LearnerOptions } from "../../kalium/learn/learner.ts";

const functionName = "product-purchase";

const steps: readonly (readonly [EventName, url: string, method: string])[] = [
  ["GETE", "function", "POST"],
  ["SEND", "mysql", ""],
  ["RESP", "mysql", ""],
  ["SEND", "gateway/function/product-purchase-get-price", "POST"],
  ["RESP", "gateway/function/product-purchase-get-price", "POST"],
  ["SEND", "gateway/function/product-purchase-authorize-cc", "POST"],
  ["RESP", "gateway/function/product-purchase-authorize-cc", "POST"],
  ["SEND", "gateway/function/product-purchase-publish", "POST"],
  ["RESP", "gateway/function/product-purchase-publish", "POST"],
  ["ENDE", "function", ""],
];

const eventOf = ([name, url, method]: (typeof steps)[number], sessionId: string): GuardEvent => ({
  function: functionName,
  name,
  url,
  method,
  peerAddress: "10.201.3.1",
  peerPort: 8080,
  hasBody: false,
  sessionId,
  instanceId: "perf",
});

/** Its events in order, all allowed. */
export const guardedRequest = (sessionId: string): readonly GuardEvent[] =>
  steps.map((step) => eventOf(step, sessionId));

/** An event that no place in the request allows. */
export const forbiddenEvent = (sessionId: string): GuardEvent =>
  eventOf(["SEND", "elsewhere.example", "POST"], sessionId);

export function guardedRequestPolicy(semantics: LearnerOptions["semantics"]): Policy {
  const learner = createLearner({ semantics, normalise: "path" });
  const events = guardedRequest("learnt").map((event) => ({ ...event, invocation: "1" }));
  learner.add({ request: "1", round: 1, events });
  return learner.policy();
}
