/**
 * Verdicts on calls before the function has them: a gateway in the proxy's process asks, and the verdict goes with the call.
 * The hook then needs no question of its own, and a call costs no way out of the sandbox.
 */
import type { HookEvent } from "./hook-message.ts";

/** As the gateway hands it on. */
export interface ArrivingCall {
  readonly method: string;
  /** Path and query, printable ASCII. */
  readonly path: string;
  /** OpenFaaS' call id; absent where it has none that the hook would take. */
  readonly session?: string | undefined;
}

export interface Admission {
  /** For the header `admissionHeader`: see there. */
  readonly value: string;
  /** The function never had the call, so nobody else says that it is over. Idempotent, also with the hook's own word. */
  readonly turnedAway: () => void;
}

export interface Admissions {
  readonly admit: (call: ArrivingCall) => Admission | undefined;
  /** Whether the hook tells the end of what `turnedAway` has ended: it does not count then. */
  readonly isEnded: (event: HookEvent) => boolean;
  /** All requests are forgotten. */
  readonly reset: () => void;
}

/** `undefined`: another process has taken the place of this one, and does not know the key. */
type Decide = (event: HookEvent) => { readonly verdict: "allow" | "deny"; readonly reason: string } | undefined;

/** A call that is lost on the way has no end. */
const mostKnown = 10_000;

/**
 * Only for policies with an automaton per request: where requests share one, the end of the call before, which is still under
 * way from the hook, must come first. Ids are negative, because the hook counts its own upwards.
 */
export function createAdmissions(key: string, decide: Decide): Admissions {
  let count = 0;
  /** Requests that were allowed: whether the gateway has ended them. Oldest first. */
  const known = new Map<string, boolean>();
  const remember = (request: string): void => {
    known.set(request, false);
    const [oldest] = known.size > mostKnown ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
  };
  return {
    admit: ({ method, path, session: given }) => {
      const id = -++count;
      const request = `g${count}`;
      const session = given ?? `none-${request}`;
      const verdict = decide({ id, request, session, event: "GETE", method, path });
      if (verdict === undefined) return undefined;
      if (verdict.verdict === "allow") remember(request);
      return {
        value: [key, request, session, verdict.verdict, verdict.reason, method, path].join(" "),
        turnedAway: () => {
          if (known.get(request) !== false) return;
          known.set(request, true);
          decide({ id: -++count, request, session, event: "ENDE", silent: true });
        },
      };
    },
    isEnded: ({ event, request }) => {
      if (event !== "ENDE") return false;
      const ended = known.get(request) === true;
      known.delete(request);
      return ended;
    },
    reset: () => known.clear(),
  };
}
