/**
 * The `shipped` export profile: a policy for the artifact's last controller, which looks at GETE only, has one automaton
 * for all requests and never resets it at their end. With the learnt counters it would allow the first request of its
 * life alone.
 */
import { flowGraph, type FlowGraph } from "./flow-graph.ts";
import type { GraphPolicy, Policy } from "./policy.ts";

/** Largest counter of the artifact's format: no request uses it up. */
const unlimited = 0x7fffffff;

/** The same policy with a global graph of its GETE events, unlimited, from the end of every flow back to each entry. */
export const shippedPolicy = (policy: Policy): Policy => ({ ...policy, global: shippedGraph(policy.global) });

function shippedGraph(global: GraphPolicy): GraphPolicy {
  const { graph } = global;
  const kept = geteNodes(global);
  const entries = reached(graph, kept, graph.entries);
  const order = [...kept].sort((a, b) => a - b);
  /** One more: node 0 is a virtual entry, with an id that no event has. */
  const positionOf = (index: number): number => order.indexOf(index) + 1;
  const follows = order.map((index) => {
    const next = reached(graph, kept, graph.successors[index] ?? []);
    return [...new Set([...next, ...(ends(graph, kept, index) ? entries : [])])].map(positionOf);
  });
  const idOfNone = 1 + Math.max(...graph.nodes.map(({ id }) => id), ...global.eventIds.values());
  return {
    ...global,
    graph: flowGraph({
      nodes: [
        { id: idOfNone, count: 0 },
        ...order.map((index) => ({ id: graph.nodes[index]?.id ?? 0, count: unlimited })),
      ],
      successors: [entries.map(positionOf), ...follows],
    }),
  };
}

/** Indices of the nodes that a GETE leads to. */
function geteNodes({ graph, events, eventIds }: GraphPolicy): ReadonlySet<number> {
  const ids = new Set([...events].filter(([, { name }]) => name === "GETE").map(([hash]) => eventIds.get(hash)));
  return new Set(graph.nodes.flatMap(({ id }, index) => (ids.has(id) ? [index] : [])));
}

/** The kept nodes that come first on the ways that begin at some nodes, those included. */
function reached(graph: FlowGraph, kept: ReadonlySet<number>, from: readonly number[]): readonly number[] {
  const seen = new Set<number>();
  const found: number[] = [];
  const look = (index: number): void => {
    if (index < 0 || seen.has(index)) return;
    seen.add(index);
    if (kept.has(index)) found.push(index);
    else for (const next of graph.successors[index] ?? []) look(next);
  };
  for (const index of from) look(index);
  return found;
}

/** A flow may end at this node, or after it without another kept one. */
function ends(graph: FlowGraph, kept: ReadonlySet<number>, start: number): boolean {
  const seen = new Set<number>();
  const look = (index: number): boolean => {
    if (index < 0 || seen.has(index) || (index !== start && kept.has(index))) return false;
    seen.add(index);
    return graph.terminals.includes(index) || (graph.successors[index] ?? []).some(look);
  };
  return look(start);
}
