import { KaliumError } from "../base/errors.ts";
import { type EventIdentity, eventNames, isEventName } from "../kalium/core/event.ts";
import type { Trace, TraceEvent } from "../kalium/learn/trace.ts";

/** Events as one types them, `cart SEND db POST`, as one request with one invocation per function. */
export function traceOfTexts(texts: readonly string[]): Trace {
  return { request: "the events given", round: 1, events: texts.map(eventOf) };
}

function eventOf(text: string): TraceEvent {
  const [of = "", name = "", url, method, ...rest] = text.trim().split(/\s+/);
  if (of === "" || url === undefined || method === undefined || rest.length > 0 || !isEventName(name)) {
    throw new KaliumError("E_CONFIG", `"${text}" is not an event`, {
      hint: `Write function, ${eventNames.join(" or ")}, normalised URL and method: 'cart SEND db POST'.`,
    });
  }
  return { function: of, name, url, method, invocation: of };
}

/** `cart GETE` as a beginning of requests. @throws {KaliumError} E_CONFIG */
export function beginning(text: string | undefined): Pick<EventIdentity, "function" | "name"> | undefined {
  if (text === undefined) return undefined;
  const [of = "", name = "", ...rest] = text.trim().split(/\s+/);
  if (of === "" || rest.length > 0 || !isEventName(name)) {
    throw new KaliumError("E_CONFIG", `--begins-at "${text}" is not a function and event`, {
      hint: "Write 'cart GETE'.",
    });
  }
  return { function: of, name };
}
