/** Why an event was allowed or denied. */
export const reasons = [
  "ok",
  "unknown-event", // no id for its hash
  "no-policy", // none for the function, or a graph that nothing can pass
  "no-edge", // not after the current node
  "count-exhausted", // after the current node, but taken as often as it may be
  "not-entry", // not at the beginning of a flow
  "not-terminal", // the flow ends where it must not
  "denied", // by a controller that gives no reason, such as the artifact's
  "controller-timeout", // no answer in time
  "protocol-error", // an answer or event that cannot be understood, or more open requests than there may be
] as const;
export type Reason = (typeof reasons)[number];
