/**
 * Flow graphs and the automaton that follows one event by event: the check of the artifact's controller (`ctr`) and of
 * its guard, and a strict form of it. docs/policy.md has the differences.
 */

export const semanticsNames = ["reference", "shipped", "strict"] as const;
/** `reference`: the artifact's last complete controller. `shipped`: the artifact's. `strict`: without their gaps. */
export type Semantics = (typeof semanticsNames)[number];

export interface FlowNode {
  /** Event id. Not the node's index: two nodes may carry the same id, and an id may have no event. */
  readonly id: number;
  /** How often the node may be taken from one reset to the next, 0 to 2^31 - 1. */
  readonly count: number;
}

/** Immutable. Indices are positions in `nodes`. */
export interface FlowGraph {
  readonly nodes: readonly FlowNode[];
  /** Per node the indices that may follow, in the order in which they are tried; `endOfFlow` marks an end. */
  readonly successors: readonly (readonly number[])[];
  /** Where a flow may begin; `strict` only, the others begin at node 0 or at a successor of it. */
  readonly entries: readonly number[];
  /** Where a flow may end; `strict` only, the others let it end anywhere. */
  readonly terminals: readonly number[];
  /** A flow without any event is one; `strict` only. */
  readonly mayBeEmpty: boolean;
}

export const endOfFlow = -1;
/** The state before the first event: no node's index. */
export const head = -1;

/** Slots per node in the artifact's implementations; a fuller node corrupts their memory. */
export const maxSuccessors = 20;

export interface FlowGraphParts extends Pick<FlowGraph, "nodes" | "successors"> {
  readonly entries?: readonly number[] | undefined;
  readonly terminals?: readonly number[] | undefined;
  readonly mayBeEmpty?: boolean | undefined;
}

/**
 * Fills in what a policy of the artifact leaves open. Entries: the successors of a node 0 that can never be taken (a
 * virtual entry), else node 0. Terminals: what is given, and the nodes with an end-of-flow edge.
 */
export function flowGraph({ nodes, successors, entries, terminals = [], mayBeEmpty }: FlowGraphParts): FlowGraph {
  const follows = nodes.map((_, index) => successors[index] ?? []);
  const virtual = nodes[0]?.count === 0;
  const ends = nodes.flatMap((_, index) => (follows[index]?.includes(endOfFlow) === true ? [index] : []));
  /** A successor with node 0's own id cannot be reached: the used-up node 0 is in its way. */
  const behindVirtual = (next: number): boolean => next !== endOfFlow && nodes[next]?.id !== nodes[0]?.id;
  const begins = virtual ? (follows[0] ?? []).filter(behindVirtual) : nodes.length === 0 ? [] : [0];
  return {
    nodes,
    successors: follows,
    entries: entries ?? begins,
    terminals: [...new Set([...terminals, ...ends])].sort((a, b) => a - b),
    mayBeEmpty: mayBeEmpty ?? (virtual && ends.includes(0)),
  };
}
