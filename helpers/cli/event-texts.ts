import { KaliumError } from "../errors.ts";
import { eventNames, isEventName } from "../kalium/core/event.ts";
import type { Trace, TraceEvent } from "../kalium/learn/trace.ts";

/** Events as one types them, `cart SEND db POST`, as one request with one invocation per function. */
export function traceOfTexts(texts: readonly string[]): Trace {
  return { request: "the events given", round: 1, events: texts.map(eventOf) };
}

function eventOf(text: string): TraceEvent {
  const [of = "", name = "", url, method, ...rest] = text.trim().split(/\s+/);
  if (of === "" || url === undefined || method === undefined || rest.length > 0 || !isEventName(name)) {
    throw new KaliumError("E_CONFIG", `"${text}" is no event`, {
      hint: `Write function, ${eventNames.join(" or ")}, normalised URL and method: 'cart SEND db POST'.`,
    });
  }
  return { function: of, name, url, method, invocation: of };
}
