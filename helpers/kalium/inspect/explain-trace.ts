import { eventText } from "../core/event.ts";
import type { Semantics } from "../core/flow-graph.ts";
import type { Policy } from "../core/policy.ts";
import { firstDenial, replay } from "../learn/replay.ts";
import type { Trace } from "../learn/trace.ts";
import { explainDenial } from "./explain.ts";

export interface ExplainedTrace {
  readonly denied: boolean;
  /** The events up to the first that is denied, and why it is; all of them where none is. */
  readonly text: string;
}

export function explainTrace(policy: Policy, trace: Trace, semantics: Semantics): ExplainedTrace {
  const replayed = replay(policy, trace, semantics);
  const denied = firstDenial(replayed);
  const until = denied === undefined ? replayed.length : replayed.indexOf(denied) + 1;
  const lines = replayed.slice(0, until).map((of, at) => {
    const verdict = of === denied ? "deny " : "allow";
    return `  ${String(at + 1).padStart(3)}  ${verdict}  ${eventText(of.event)}`;
  });
  const outcome = denied === undefined ? "allowed" : `denied at event ${until} of ${replayed.length}`;
  const reasons = denied === undefined ? [] : explainDenial(policy, denied).map((reason) => `       ${reason}`);
  return { denied: denied !== undefined, text: [`${trace.request}: ${outcome}`, ...lines, ...reasons, ""].join("\n") };
}
