/**
 * Verdicts on calls before the function has them: a gateway in the proxy's process asks, and the verdict goes with the call.
 * The hook then needs no question of its own, and a call costs no way out of the sandbox.
 */
import { nowNs } from "../../base/clock.ts";
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

interface Decided {
  readonly verdict: "allow" | "deny";
  readonly reason: string;
  /** No policy had anything against it. */
  readonly isClean: boolean;
}

/**
 * `undefined`: another process has taken the place of this one, and does not know the key. `waitedNs`: how long the call has
 * waited for a verdict that was foreseen.
 */
type Decide = (event: HookEvent, waitedNs?: number) => Decided | undefined;

/**
 * An automaton that is new decides as the last new one did about an equal event. So the verdict on a call is known where its
 * request, which has an automaton of its own, and its session are new, and an equal call was allowed before. It goes with the
 * call at once, and the decision itself is made while the function works: before the next event of anybody.
 */
export interface Foresight {
  readonly later: (decision: () => void) => void;
  /** Whether a request of this session would have new automata: nobody knows the session, and there is room. */
  readonly isNew: (session: string) => boolean;
  /** Something was denied that should have been allowed. */
  readonly onSurprise: () => void;
}

/** A call that is lost on the way has no end. */
const mostKnown = 10_000;
/** Kinds of calls that are foreseen. */
const mostForeseen = 256;

/**
 * Only for policies with an automaton per request: where requests share one, the end of the call before, which is still under
 * way from the hook, must come first. Ids are negative, because the hook counts its own upwards.
 */
export function createAdmissions(key: string, decide: Decide, { later, isNew, onSurprise }: Foresight): Admissions {
  let count = 0;
  /** Requests that were allowed: whether the gateway has ended them. Oldest first. */
  const known = new Map<string, boolean>();
  /** Reasons of verdicts that allowed the first request of a session, by method and path. */
  const foreseen = new Map<string, string>();
  const remember = (request: string): void => {
    known.set(request, false);
    const [oldest] = known.size > mostKnown ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
  };
  const learn = (kind: string, reason: string): void => {
    if (foreseen.size >= mostForeseen) foreseen.clear();
    foreseen.set(kind, reason);
  };
  return {
    admit: ({ method, path, session: given }) => {
      const startNs = nowNs();
      const id = -++count;
      const request = `g${count}`;
      const session = given ?? `none-${request}`;
      const event: HookEvent = { id, request, session, event: "GETE", method, path };
      const kind = `${method} ${path}`;
      const isFirst = isNew(session);
      const expected = isFirst ? foreseen.get(kind) : undefined;
      let verdict: Pick<Decided, "verdict" | "reason"> | undefined;
      if (expected === undefined) {
        const decided = decide(event);
        if (isFirst && decided?.isClean === true) learn(kind, decided.reason);
        verdict = decided;
      } else {
        const waitedNs = nowNs() - startNs;
        later(() => {
          if (decide(event, waitedNs)?.isClean === false) onSurprise();
        });
        verdict = { verdict: "allow", reason: expected };
      }
      if (verdict === undefined) return undefined;
      if (verdict.verdict === "allow") remember(request);
      return {
        value: `${key} ${request} ${session} ${verdict.verdict} ${verdict.reason} ${method} ${path}`,
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
