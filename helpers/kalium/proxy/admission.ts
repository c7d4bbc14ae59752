/**
 * Verdicts on calls before the function has them: a gateway in the proxy's process asks, and the verdict goes with the call.
 * The hook then needs no question of its own, and a call costs no way out of the sandbox.
 */
import type { HookEvent } from "./hook-message.ts";

/** As the gateway hands it on. */
export interface ArrivingCall {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** OpenFaaS' call id; absent where it has none that the hook would take. */
  readonly session?: string | undefined;
}

export interface Admission {
  /** For the header `admissionHeader`: see there. */
  readonly value: string;
  /** The function never had the call, so nobody else says that it is over. */
  readonly turnedAway: () => void;
}

/** `undefined`: another process has taken the place of this one, and does not know the key. */
type Decide = (event: HookEvent) => { readonly verdict: "allow" | "deny"; readonly reason: string } | undefined;

/**
 * Only for policies with an automaton per request: where requests share one, the end of the call before, which is still under
 * way from the hook, must come first. Ids are negative, because the hook counts its own upwards.
 */
export function createAdmissions(key: string, decide: Decide): (call: ArrivingCall) => Admission | undefined {
  let count = 0;
  return ({ method, path, session: given }) => {
    const id = -++count;
    const request = `g${count}`;
    const session = given ?? `none-${request}`;
    const verdict = decide({ id, request, session, event: "GETE", method, path });
    if (verdict === undefined) return undefined;
    return {
      value: `${key} ${request} ${session} ${verdict.verdict} ${verdict.reason}`,
      turnedAway: () => {
        if (verdict.verdict === "allow") decide({ id: -++count, request, session, event: "ENDE", silent: true });
      },
    };
  };
}
