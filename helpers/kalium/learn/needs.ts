/**
 * What a learnt graph must have seen to accept a trace: entries, edges, counts, and in `strict` the terminals. A trace
 * is accepted exactly when each of its needs is met, because learnt graphs have one node per event.
 */
import { eventHash } from "../core/hash.ts";
import { occurrences } from "./graph-learner.ts";
import { type FlowSequence, globalSequences, localSequences } from "./sequences.ts";
import type { Trace } from "./trace.ts";

/** Of the shipped controller no trace is accepted alone: its graph lets any flow follow any other. */
export type LearntSemantics = "reference" | "strict";

/** The distinct needs of a trace; a trace as training data meets the same needs that it has. */
export function needsOf(trace: Trace, semantics: LearntSemantics): Set<string> {
  const needs = new Set<string>();
  for (const sequence of localSequences(trace, semantics))
    add(needs, `local ${sequence.function}`, sequence, semantics);
  for (const sequence of globalSequences(trace, semantics)) add(needs, "global", sequence, semantics);
  return needs;
}

function add(needs: Set<string>, graph: string, { events, ended }: FlowSequence, semantics: LearntSemantics): void {
  const hashes = events.map((event) => eventHash(event));
  for (const [at, hash] of hashes.entries()) {
    const before = hashes[at - 1];
    if (before !== hash) needs.add(`${graph}: ${before ?? "entry"} > ${hash}`);
  }
  for (const [hash, times] of occurrences(hashes)) {
    for (let count = 1; count <= times; count++) needs.add(`${graph}: ${hash} x ${count}`);
  }
  if (semantics === "strict" && ended) needs.add(`${graph}: ${hashes.at(-1) ?? "entry"} > end`);
}
