import type { GuardEvent } from "../core/event.ts";
import type { LevelCheck } from "../core/level-check.ts";
import { eventHash } from "../core/hash.ts";

/** A check of the global graph: what guards are not told, and what is needed to see why. */
export interface GlobalLogLine extends LevelCheck {
  readonly kind: "global";
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Whether a guard waited for the answer; else it only told of the event. */
  readonly asked: boolean;
  readonly sessionId: string;
  readonly instanceId: string;
  readonly function: string;
  readonly event: GuardEvent["name"];
  readonly url: string;
  readonly method: string;
  readonly hash: number;
}

export const globalLogLine = (event: GuardEvent, check: LevelCheck, asked: boolean): GlobalLogLine => ({
  kind: "global",
  at: new Date().toISOString(),
  asked,
  sessionId: event.sessionId,
  instanceId: event.instanceId,
  function: event.function,
  event: event.name,
  url: event.url,
  method: event.method,
  hash: eventHash(event),
  ...check,
});
