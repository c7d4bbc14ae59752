import { KaliumError, messageOf } from "../base/errors.ts";
import type { Semantics } from "../kalium/core/flow-graph.ts";
import type { Normalisation } from "../kalium/core/normalise.ts";
import { ctrPolicy, policyDocument } from "../kalium/core/policy-export.ts";
import type { Policy } from "../kalium/core/policy.ts";
import { leaveOneOut } from "../kalium/learn/accuracy.ts";
import { createLearner } from "../kalium/learn/learner.ts";
import { type Trace, roundsOf } from "../kalium/learn/trace.ts";
import type { ReadTraces } from "./policy-files.ts";

export interface LearntPolicy {
  /** The policy file. */
  readonly text: string;
  readonly normalise: Normalisation;
  /** What it was learnt from. */
  readonly traces: readonly Trace[];
  /** Lines for people. */
  readonly summary: string;
}

/** @throws {KaliumError} E_CONFIG for files that do not go together, E_POLICY for events that cannot be learnt */
export function learnPolicy(
  read: readonly ReadTraces[],
  {
    semantics,
    rounds: most = Infinity,
    files = [],
  }: { readonly semantics: Semantics; readonly rounds?: number; readonly files?: readonly string[] },
): LearntPolicy {
  const [normalise, other] = new Set(read.map((file) => file.normalise));
  if (normalise === undefined || other !== undefined) {
    throw new KaliumError("E_CONFIG", `the traces normalise URLs differently: "${normalise}" and "${other}"`, {
      hint: "Learn from traces that normalise URLs in the same way.",
    });
  }
  const rounds = roundsOf(read.flatMap(({ traces }) => traces)).slice(0, most);
  const traces = rounds.flat();
  if (traces.length === 0) {
    throw new KaliumError("E_CONFIG", `no trace to learn from in ${files.join(", ")}`, {
      hint: "Record some with `KALIUM_GUARD_ACTION=record npm run bench`; docs/policy.md has all steps.",
    });
  }
  const learner = createLearner({ semantics, normalise });
  for (const trace of traces) learner.add(trace);
  const policy = learner.policy();
  const { text, note } = written(policy);
  const endless = semantics === "strict" && policy.global.graph.terminals.length === 0;
  const summary = [
    `Learnt   functions: ${policy.locals.size}, traces: ${traces.length}, rounds: ${rounds.length}, for ${semantics}`,
    ...(semantics === "shipped" ? [] : [`Expect   ${expectation(rounds, semantics)}`]),
    ...(endless ? ["Note     no trace shows the end of a request, so strict semantics will deny every end"] : []),
    ...note,
    "",
  ].join("\n");
  return { text, normalise, traces, summary };
}

function expectation(rounds: ReturnType<typeof roundsOf>, semantics: Exclude<Semantics, "shipped">): string {
  if (rounds.length === 1)
    return "unknown: 1 round says nothing of others; --begins-at separates the requests in a log of ctr";
  const rejected = leaveOneOut(rounds, semantics);
  return `${((100 * rejected) / rounds.length).toFixed(1)} % of fresh rounds rejected: ${rejected} of ${rounds.length} rounds are rejected by a policy of all the others`;
}

/** For `ctr` where it can load it; our controller loads any. */
function written(policy: Policy): { readonly text: string; readonly note: readonly string[] } {
  try {
    return { text: ctrPolicy(policy), note: [] };
  } catch (error) {
    if (!(error instanceof KaliumError)) throw error;
    return { text: policyDocument(policy), note: [`Note     ${messageOf(error).split("\n", 1)[0]}`] };
  }
}
