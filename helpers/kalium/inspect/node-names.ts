/** What people call the nodes of a policy's graph. */
import { eventText } from "../core/event.ts";
import { endOfFlow, head } from "../core/flow-graph.ts";
import type { GraphPolicy } from "../core/policy.ts";

/** The text behind a hash; the number if the policy does not have the text. */
export const hashName = ({ events }: GraphPolicy, hash: number): string => {
  const event = events.get(hash);
  return event === undefined ? `hash ${hash}` : eventText(event);
};

/** The hashes that have an id; none for the id of a virtual entry. */
export const hashesOf = ({ eventIds }: GraphPolicy, id: number): readonly number[] =>
  [...eventIds].flatMap(([hash, of]) => (of === id ? [hash] : []));

/** The events of a node, or `start` for a virtual entry and for the state before the first event. */
export function nodeName(policy: GraphPolicy, index: number): string {
  if (index === head) return "start";
  const node = policy.graph.nodes[index];
  const hashes = node === undefined ? [] : hashesOf(policy, node.id);
  if (hashes.length > 0) return hashes.map((hash) => hashName(policy, hash)).join(" or ");
  return index === 0 && node?.count === 0 ? "start" : `event id ${node?.id}`;
}

/** The nodes that may follow a node, or begin a flow. */
export function followers({ graph }: GraphPolicy, index: number): readonly number[] {
  const next = index === head ? graph.entries : (graph.successors[index] ?? []);
  return next.filter((node) => node !== endOfFlow);
}
