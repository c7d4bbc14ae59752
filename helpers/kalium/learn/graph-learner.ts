import { KaliumError } from "../../base/errors.ts";
import { type EventIdentity, eventText, wireIdentity } from "../core/event.ts";
import { flowGraph } from "../core/flow-graph.ts";
import { eventHash } from "../core/hash.ts";
import type { GraphPolicy } from "../core/policy.ts";
import type { observedSteps } from "./possible-steps.ts";
import type { FlowSequence } from "./sequences.ts";

/**
 * Builds one flow graph from sequences: a node per event, taken at most as often as in any one sequence; an edge per
 * step from one to the next; a virtual entry, so that only first events are one. It only grows, so what it accepted once
 * it accepts for ever. Accepts more than it saw: any walk over known steps within the counts.
 */
export interface GraphLearner {
  /** @throws {KaliumError} E_POLICY when two different events have one hash */
  add(sequence: FlowSequence): void;
  graph(options: GraphStyle): GraphPolicy;
}

export interface GraphStyle {
  /** For a controller that never resets: no limit of counts, and each flow may follow any other. */
  readonly endless?: boolean;
  /** For a controller that resets when the last node is used up: a last node that nothing reaches. */
  readonly guardedEnd?: boolean;
}

const virtualEntry = 0;
const unlimited = 0x7fffffff;

/** `stepsOf`: what a sequence teaches. */
export function createGraphLearner(what: string, stepsOf: typeof observedSteps): GraphLearner {
  const events = new Map<number, EventIdentity>();
  /** Node index by hash, in order of first appearance. */
  const nodes = new Map<number, number>();
  const counts: number[] = [0];
  const edges = [new Map<number, number>()];
  const terminals = new Set<number>();
  let mayBeEmpty = false;

  const nodeOf = (event: EventIdentity): number => {
    const hash = eventHash(event);
    const known = nodes.get(hash);
    if (known !== undefined) {
      refuseCollision(events.get(hash), event, hash);
      return known;
    }
    const index = counts.push(0) - 1;
    nodes.set(hash, index);
    events.set(hash, wireIdentity(event));
    edges.push(new Map());
    return index;
  };
  const refuseCollision = (known: EventIdentity | undefined, event: EventIdentity, hash: number): void => {
    if (known === undefined || eventText(known) === eventText(event)) return;
    const both = `"${eventText(known)}" and "${eventText(event)}"`;
    throw new KaliumError("E_POLICY", `${what}: ${both} have one hash, ${hash}`, {
      hint: "Use another normalisation of URLs, or rename a function.",
    });
  };
  const linkFrom = (from: number, to: number): void => {
    if (from === to) return;
    const targets = edges[from];
    targets?.set(to, (targets.get(to) ?? 0) + 1);
  };

  return {
    add(sequence) {
      const taken = sequence.events.map(nodeOf);
      const node = (event: number): number => taken[event] ?? virtualEntry;
      const { first, last, pairs } = stepsOf(sequence.events);
      for (const event of first) linkFrom(virtualEntry, node(event));
      for (const [from, to] of pairs) linkFrom(node(from), node(to));
      for (const [of, times] of occurrences(taken)) counts[of] = Math.max(counts[of] ?? 0, times);
      if (!sequence.ended) return;
      if (taken.length === 0) mayBeEmpty = true;
      for (const event of last) terminals.add(node(event));
    },
    graph({ endless = false, guardedEnd = false }) {
      const ordered = edges.map((targets) => [...targets].sort(([, a], [, b]) => b - a).map(([to]) => to));
      const entries = ordered[virtualEntry] ?? [];
      const ends = [...terminals];
      const successors = !endless
        ? ordered
        : ordered.map((targets, from) =>
            terminals.has(from) ? [...new Set([...targets, ...entries])].filter((to) => to !== from) : targets,
          );
      const entryId = nodes.size; // no event has it
      const never = { id: entryId, count: 0 };
      const idOf = (node: number): number => (node === virtualEntry ? entryId : node - 1);
      const taught = counts.map((count, node) =>
        node === virtualEntry ? never : { id: idOf(node), count: endless ? unlimited : count },
      );
      return {
        eventIds: new Map([...nodes].map(([hash, node]) => [hash, idOf(node)])),
        graph: flowGraph({
          nodes: guardedEnd ? [...taught, never] : taught,
          successors,
          entries,
          terminals: ends,
          mayBeEmpty,
        }),
        events: new Map(events),
      };
    },
  };
}

export function occurrences<T>(of: Iterable<T>): Map<T, number> {
  const times = new Map<T, number>();
  for (const each of of) times.set(each, (times.get(each) ?? 0) + 1);
  return times;
}
