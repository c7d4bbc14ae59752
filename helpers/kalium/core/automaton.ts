import { type FlowGraph, type Semantics, endOfFlow, head, maxSuccessors } from "./flow-graph.ts";
import type { Reason } from "./reason.ts";

/** Outcome of one check. A deny changes nothing but this: `reference` and `shipped` step from `head` onto node 0. */
export interface GraphCheck {
  readonly verdict: "allow" | "deny";
  readonly reason: Reason;
  /** Index of the node before the check; `head` (-1) before the first event and after a reset. */
  readonly nodeBefore: number;
  readonly nodeAfter: number;
  /** How often the node that the event took may still be taken; 0 when it took none. */
  readonly remaining: number;
}

/** A graph and the position of a flow in it. Not for concurrent flows: each needs its own. */
export interface FlowAutomaton {
  readonly graph: FlowGraph;
  /** Index of the current node or `head`. */
  readonly node: number;
  /** Whether an event was allowed since the last reset. */
  readonly started: boolean;
  /** `eventId`: as the policy maps the event's hash; -1 for an event that it does not know. */
  check(eventId: number): GraphCheck;
  /** The flow ends: always legal and a reset, but in `strict` only where the graph has an end. */
  end(): GraphCheck;
  /** Takes the last allowed `check` back, for a check that another graph denied. `strict` only. */
  undo(check: GraphCheck): void;
  reset(): void;
}

export interface AutomatonOptions {
  readonly semantics: Semantics;
  /** The artifact's controller (`global`) resets when the last node is used up; its guard (`local`) does not. */
  readonly level: "local" | "global";
}

export const createAutomaton = (graph: FlowGraph, options: AutomatonOptions): FlowAutomaton =>
  automataOf(graph, options)();

/** Makes automata of one graph: what all have in common is computed once, because a request has one of its own. */
export function automataOf(graph: FlowGraph, { semantics, level }: AutomatonOptions): () => FlowAutomaton {
  const { nodes, successors, entries } = graph;
  const strict = semantics === "strict";
  const usable = nodes.length > 0 && (strict || successors.every(({ length }) => length <= maxSuccessors));
  const terminals = new Set(graph.terminals);
  const resetsAtLast = level === "global" && !strict;
  const last = nodes.length - 1;
  const counts = Int32Array.from(nodes, ({ count }) => count);

  return () => {
    const remaining = counts.slice();
    let node = head;
    let started = false;

    const reset = (): void => {
      remaining.set(counts);
      node = head;
      started = false;
    };
    const deny = (reason: Reason, nodeBefore: number): GraphCheck => ({
      verdict: "deny",
      reason,
      nodeBefore,
      nodeAfter: node,
      remaining: 0,
    });
    const leftAt = (index: number): number => remaining[index] ?? 0;
    const take = (index: number, nodeBefore: number): GraphCheck => {
      const left = leftAt(index) - 1;
      remaining[index] = left;
      node = index;
      started = true;
      if (resetsAtLast && index === last && left === 0) reset();
      return { verdict: "allow", reason: "ok", nodeBefore, nodeAfter: node, remaining: left };
    };

    /** Step 3: the current node again, no edge needed; used up, its successors are not looked at. Steps 4, 5: them. */
    const advance = (eventId: number, nodeBefore: number): GraphCheck => {
      if (nodes[node]?.id === eventId) {
        return leftAt(node) > 0 ? take(node, nodeBefore) : deny("count-exhausted", nodeBefore);
      }
      let usedUp = false;
      for (const next of (node === head ? entries : successors[node]) ?? []) {
        if (next === endOfFlow || nodes[next]?.id !== eventId) continue;
        if (leftAt(next) > 0) return take(next, nodeBefore);
        usedUp = true;
      }
      return deny(usedUp ? "count-exhausted" : started ? "no-edge" : "not-entry", nodeBefore);
    };

    return {
      graph,
      get node() {
        return node;
      },
      get started() {
        return started;
      },
      check(eventId) {
        if (!usable) return deny("no-policy", node);
        const nodeBefore = node;
        if (node === head) {
          reset();
          if (!strict) node = 0; // even if the event is then denied
        }
        return eventId >= 0 ? advance(eventId, nodeBefore) : deny("unknown-event", nodeBefore);
      },
      end() {
        const nodeBefore = node;
        if (strict && !usable) return deny("no-policy", nodeBefore);
        if (strict && !(node === head ? graph.mayBeEmpty : terminals.has(node)))
          return deny("not-terminal", nodeBefore);
        reset();
        return { verdict: "allow", reason: "ok", nodeBefore, nodeAfter: head, remaining: 0 };
      },
      undo({ verdict, nodeBefore, nodeAfter }) {
        if (!strict || verdict === "deny" || nodeAfter === head || nodeAfter !== node) return;
        remaining[nodeAfter] = leftAt(nodeAfter) + 1;
        node = nodeBefore;
        started = nodeBefore !== head;
      },
      reset,
    };
  };
}
