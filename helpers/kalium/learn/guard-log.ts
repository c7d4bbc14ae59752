import { z } from "zod";
import { eventNames } from "../core/event.ts";
import type { ObservedEvent } from "./trace.ts";

/** What a trace needs of a verdict in the guard's log; the rest of the line is of no interest here. */
const verdictSchema = z.object({
  kind: z.literal("verdict"),
  function: z.string().min(1),
  event: z.enum(eventNames),
  url: z.string(),
  method: z.string(),
  sessionId: z.string(),
  instanceId: z.string(),
  requestId: z.string().min(1),
  verdict: z.enum(["allow", "deny"]).default("allow"),
});

export interface GuardLogLine {
  readonly event?: ObservedEvent;
  /** The event was denied, whether or not it happened. */
  readonly denied?: boolean;
  /** Why a line cannot be read. */
  readonly problem?: string;
}

/** A line of the log of our guards: a verdict is an event, hook timings say nothing. */
export function readGuardLogLine(line: string): GuardLogLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: "not JSON: was the run killed?" };
  }
  if (z.object({ kind: z.literal("hook-timings") }).safeParse(value).success) return {};
  const parsed = verdictSchema.safeParse(value);
  if (!parsed.success) return { problem: z.prettifyError(parsed.error).replaceAll("\n", " ") };
  const { function: of, event: name, url, method, sessionId, instanceId, requestId, verdict } = parsed.data;
  if (url === "") return { problem: "an event that the guard could not read" };
  const unrecorded = { peerAddress: "", peerPort: 0, hasBody: false };
  const event = { function: of, name, url, method, sessionId, instanceId, requestId, ...unrecorded };
  return { event, denied: verdict === "deny" };
}
