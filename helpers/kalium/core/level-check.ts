import type { GraphCheck } from "./automaton.ts";
import { type EventIdentity, wireIdentity } from "./event.ts";
import { type Semantics, head } from "./flow-graph.ts";
import { eventHash } from "./hash.ts";
import type { GraphPolicy } from "./policy.ts";
import type { Reason } from "./reason.ts";

/** A check of one graph, with the id that its policy gives the event; -1: none. */
export interface LevelCheck extends GraphCheck {
  readonly eventId: number;
}

/**
 * The id of an event's hash, -1 for none. Hashes of 32 bits collide at will, so `strict` also compares the event with
 * the text behind the hash, where the policy has it.
 */
export function eventIdOf({ eventIds, events }: GraphPolicy, event: EventIdentity, semantics: Semantics): number {
  const hash = eventHash(event);
  const known = events.get(hash);
  if (semantics === "strict" && known !== undefined && !same(known, wireIdentity(event))) return -1;
  return eventIds.get(hash) ?? -1;
}

const same = (one: EventIdentity, other: EventIdentity): boolean =>
  one.function === other.function && one.name === other.name && one.url === other.url && one.method === other.method;

/** A verdict that no automaton gave. */
export const verdictAtHead = (verdict: "allow" | "deny", reason: Reason, eventId = -1): LevelCheck => ({
  verdict,
  reason,
  eventId,
  nodeBefore: head,
  nodeAfter: head,
  remaining: 0,
});
