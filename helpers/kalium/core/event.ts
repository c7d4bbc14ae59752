import { KaliumError } from "../../base/errors.ts";
import type { GuardEventName } from "../../contracts/system.ts";

export type EventName = GuardEventName;
const each: Readonly<Record<EventName, true>> = { GETE: true, SEND: true, RESP: true, ENDE: true };
export const eventNames = Object.keys(each) as readonly EventName[];
export const isEventName = (text: string): text is EventName => (eventNames as readonly string[]).includes(text);

/** What makes two events the same for a policy. */
export interface EventIdentity {
  readonly function: string;
  readonly name: EventName;
  /** Normalised (`normaliseUrl`), never with a body or a query. */
  readonly url: string;
  readonly method: string;
}

/** One observed event. Unknown texts are empty, an unknown port is 0. */
export interface GuardEvent extends EventIdentity {
  readonly peerAddress: string;
  readonly peerPort: number;
  readonly hasBody: boolean;
  /** Shared by all functions that serve one request of the application. */
  readonly sessionId: string;
  readonly instanceId: string;
}

export type DecodedEvent =
  { readonly ok: true; readonly event: GuardEvent } | { readonly ok: false; readonly problem: string };

/** Longest event string that we send, characters. */
export const maxEventLength = 16_384;

/** Fields are separated by `:`; the artifact's `ctr` drops empty ones and shifts what follows, hence `0`. */
const unknown = "0";
const escapeColons = (text: string): string => text.replaceAll(":", "%3A");

/**
 * The identity as it is written on the wire, which is what a hash covers: `:` escaped in the URL, `0` for empty texts.
 * Idempotent.
 */
export const wireIdentity = ({ function: of, name, url, method }: EventIdentity): EventIdentity => ({
  function: of,
  name,
  url: url === "" ? unknown : escapeColons(url),
  method: method === "" ? unknown : method,
});

/** For people: `cart SEND gateway/function/pay POST`. */
export const eventText = ({ function: of, name, url, method }: EventIdentity): string =>
  `${of} ${name} ${url} ${method}`;

/**
 * The event string of the protocol between guard and controller: nine fields, function to instance id.
 * @throws {KaliumError} E_POLICY for a field that would shift or cut the others, or be hashed differently elsewhere
 */
export function encodeEvent(event: GuardEvent): string {
  const { function: of, name, url, method } = wireIdentity(event);
  if (of === "") throw refusal("function", of);
  const fields = {
    function: of,
    name,
    url,
    method,
    peerAddress: event.peerAddress.replaceAll(":", "-") || unknown,
    peerPort: String(event.peerPort),
    hasBody: event.hasBody ? "1" : unknown,
    sessionId: escapeColons(event.sessionId) || unknown,
    instanceId: event.instanceId || unknown,
  };
  for (const [field, text] of Object.entries(fields)) if (!sendable.test(text)) throw refusal(field, text);
  const text = Object.values(fields).join(":");
  if (text.length > maxEventLength) {
    throw new KaliumError("E_POLICY", `an event string has ${text.length} characters, more than ${maxEventLength}`, {
      hint: "Normalise the URL: no query, no body",
    });
  }
  return text;
}

/** Printable ASCII without blank and colon: implementations of the hash disagree on anything else. */
const sendable = /^[!-9;-~]+$/;

const refusal = (field: string, text: string): KaliumError =>
  new KaliumError("E_POLICY", `the ${field} of an event cannot be sent: ${JSON.stringify(text.slice(0, 80))}`, {
    hint: "Use printable ASCII without blanks and colons.",
  });

/**
 * Reads an event string from any sender. Fields 1-2 are taken from the left and 5-9 from the right, so a URL may hold
 * colons; with fewer than nine fields the first four count, as they do for `ctr`. Values stay as they were sent.
 */
export function decodeEvent(text: string): DecodedEvent {
  const fields = text.split(":");
  if (fields.length < 4) return { ok: false, problem: `${fields.length} fields instead of nine` };
  const [of = "", name = ""] = fields;
  if (of === "") return { ok: false, problem: "no function" };
  if (!isEventName(name)) return { ok: false, problem: `unknown event ${JSON.stringify(name.slice(0, 20))}` };
  const whole = fields.length >= 9;
  const middle = whole ? fields.slice(2, -5) : fields.slice(2, 4);
  const [peerAddress = "", peerPort = "", hasBody = "", sessionId = "", instanceId = ""] = whole
    ? fields.slice(-5)
    : [];
  return {
    ok: true,
    event: {
      function: of,
      name,
      url: middle.slice(0, -1).join(":"),
      method: middle.at(-1) ?? "",
      peerAddress,
      peerPort: /^\d{1,5}$/.test(peerPort) ? Number(peerPort) : 0,
      hasBody: hasBody === "1",
      sessionId,
      instanceId,
    },
  };
}
