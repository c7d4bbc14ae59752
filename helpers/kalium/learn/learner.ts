import { KaliumError } from "../../base/errors.ts";
import { type FlowGraph, type Semantics, maxSuccessors } from "../core/flow-graph.ts";
import type { Normalisation } from "../core/normalise.ts";
import type { LocalPolicy, Policy } from "../core/policy.ts";
import { type GraphLearner, createGraphLearner } from "./graph-learner.ts";
import { stepsFor } from "./possible-steps.ts";
import { globalSequences, localSequences } from "./sequences.ts";
import type { Trace } from "./trace.ts";

/** Builds a policy from traces, one at a time; the policy is available after any of them. */
export interface Learner {
  /** @throws {KaliumError} E_POLICY when two different events have one hash; the learner is unusable then */
  add(trace: Trace): void;
  /** @throws {KaliumError} E_POLICY for a graph that these semantics cannot check */
  policy(): Policy;
}

export interface LearnerOptions {
  /** Who will enforce the policy: they differ in which events a graph sees and when it is reset. */
  readonly semantics: Semantics;
  /** Of the traces. */
  readonly normalise: Normalisation;
}

export function createLearner({ semantics, normalise }: LearnerOptions): Learner {
  const stepsOf = stepsFor(semantics);
  const global = createGraphLearner("the global graph", stepsOf);
  const locals = new Map<string, GraphLearner>();
  const localOf = (of: string): GraphLearner => {
    const known = locals.get(of) ?? createGraphLearner(`the graph of ${of}`, stepsOf);
    locals.set(of, known);
    return known;
  };

  return {
    add(trace) {
      for (const sequence of localSequences(trace, semantics)) localOf(sequence.function).add(sequence);
      for (const sequence of globalSequences(trace, semantics)) global.add(sequence);
    },
    policy() {
      const policy: Policy = {
        name: "default",
        normalise,
        global: global.graph({ endless: semantics === "shipped", guardedEnd: semantics === "reference" }),
        locals: new Map(
          [...locals].map(([of, learner]): [string, LocalPolicy] => [
            of,
            { function: of, normalise, ...learner.graph({}) },
          ]),
        ),
        whitelists: { urls: [], ips: [], files: [], fileRate: 1, networkRate: 1 },
        warnings: [],
      };
      if (semantics !== "strict") {
        refuseOverfull("the global graph", policy.global.graph);
        for (const [of, { graph }] of policy.locals) refuseOverfull(`the graph of ${of}`, graph);
      }
      return policy;
    },
  };
}

/** These semantics deny everything on such a graph, where the artifact's programs would crash. */
function refuseOverfull(what: string, { successors }: FlowGraph): void {
  for (const [index, { length }] of successors.entries()) {
    if (length <= maxSuccessors) continue;
    throw new KaliumError("E_POLICY", `node ${index} of ${what} has ${length} successors, more than ${maxSuccessors}`, {
      hint: "Learn for strict semantics, which have no such limit, or from URLs with fewer different values.",
    });
  }
}
