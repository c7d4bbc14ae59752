/**
 * What a learnt graph must know to accept a trace: entries, steps, counts, and in `strict` the terminals. A trace is
 * accepted exactly when each of its needs is met, because learnt graphs have one node per event.
 */
import type { Semantics } from "../core/flow-graph.ts";
import { eventHash } from "../core/hash.ts";
import { occurrences } from "./graph-learner.ts";
import { observedSteps, stepsFor } from "./possible-steps.ts";
import { type FlowSequence, globalSequences, localSequences } from "./sequences.ts";
import type { Trace } from "./trace.ts";

/** Of the shipped controller no trace is accepted alone: its graph lets any flow follow any other. */
export type LearntSemantics = Exclude<Semantics, "shipped">;

/** The distinct needs of a trace. */
export const needsOf = (trace: Trace, semantics: LearntSemantics): Set<string> =>
  collect(trace, semantics, observedSteps);

/** The distinct needs that a trace meets as training data: all of its own, and more. */
export const taughtBy = (trace: Trace, semantics: LearntSemantics): Set<string> =>
  collect(trace, semantics, stepsFor(semantics));

function collect(trace: Trace, semantics: LearntSemantics, stepsOf: typeof observedSteps): Set<string> {
  const needs = new Set<string>();
  const add = (graph: string, { events, ended }: FlowSequence): void => {
    const hashes = events.map((event) => eventHash(event));
    const hash = (event: number): number => hashes[event] ?? 0;
    const { first, last, pairs } = stepsOf(events);
    for (const event of first) needs.add(`${graph}: entry > ${hash(event)}`);
    for (const [from, to] of pairs) if (hash(from) !== hash(to)) needs.add(`${graph}: ${hash(from)} > ${hash(to)}`);
    for (const [of, times] of occurrences(hashes)) {
      for (let count = 1; count <= times; count++) needs.add(`${graph}: ${of} x ${count}`);
    }
    if (semantics !== "strict" || !ended) return;
    if (events.length === 0) needs.add(`${graph}: entry > end`);
    for (const event of last) needs.add(`${graph}: ${hash(event)} > end`);
  };
  for (const sequence of localSequences(trace, semantics)) add(`local ${sequence.function}`, sequence);
  for (const sequence of globalSequences(trace, semantics)) add("global", sequence);
  return needs;
}
