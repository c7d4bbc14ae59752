/** What guards say to a controller, and what it answers: the catalogue of messages over frames. */
import { type Reason, reasons } from "../core/reason.ts";
import { actions, bodyWithoutHeader, decodeFrame, encodeFrame, messageTypes, frameText } from "./frame.ts";

/** Built for the artifact's `ctr`, so with the trailer on all but INIT; all controllers understand them. */
export const toController = {
  /** A new guard; its id is not looked at. */
  init: (guardId: string) => encodeFrame(messageTypes.init, actions.test, guardId),
  /** Asks for the policy of a function. */
  policyRequest: (functionName: string) => trailed(messageTypes.policy, actions.policyInit, functionName),
  /** Tells of an event; nothing is waited for. */
  event: (event: string) => trailed(messageTypes.event, actions.none, event),
  /** Asks whether an event is allowed. Not idempotent: an allowed event is taken. */
  check: (event: string) => trailed(messageTypes.checkEvent, actions.none, event),
  /** Answers a controller's question after the guard's state. */
  status: (requests: number, sinceStartUs: number) =>
    trailed(messageTypes.checkStatus, actions.guardResponse, `${requests}:${sinceStartUs}`),
} as const;

export const toGuard = {
  /** No keys: nothing uses those that the artifact hands out, and a private key has no business on a wire. */
  noKeys: () => encodeFrame(messageTypes.keyDistribution, actions.none, ""),
  policy: (json: string) => encodeFrame(messageTypes.policy, actions.policyAdd, json),
  noPolicy: () => encodeFrame(messageTypes.policy, actions.none, "NULL"),
  allow: () => encodeFrame(messageTypes.checkResponse, actions.test, "ALLOW"),
  /** With the reason for guards of ours only: the artifact's take the first letter, or hand the text on. */
  deny: (reason?: Reason) =>
    encodeFrame(messageTypes.checkResponse, actions.test, reason === undefined ? "DENY" : `DENY:${reason}`),
  /** How `ctr` acknowledges an event. */
  acknowledgement: () => Buffer.alloc(0),
  statusRequest: () => encodeFrame(messageTypes.checkStatus, actions.controllerRequest, "test"),
} as const;

const trailed = (type: number, action: number, body: string): Buffer =>
  encodeFrame(type, action, body, { trailer: true });

export type GuardMessage =
  | { readonly kind: "init" }
  | { readonly kind: "policy-request"; readonly functionName: string }
  | { readonly kind: "event"; readonly event: string }
  | { readonly kind: "check"; readonly event: string }
  /** A check that cannot be understood, which the guard nevertheless waits for. */
  | { readonly kind: "unreadable-check"; readonly problem: string }
  | { readonly kind: "status" }
  /** Known and without meaning, or unknown: `ctr` does not answer either. */
  | { readonly kind: "ignored" }
  | { readonly kind: "malformed"; readonly problem: string };

/** Reads a guard's message, from anybody; never throws. */
export function readGuardMessage(bytes: Uint8Array): GuardMessage {
  const frame = decodeFrame(bytes);
  if (frame.kind === "empty") return { kind: "ignored" };
  const isCheck = bytes[0] === messageTypes.checkEvent;
  if (frame.kind === "malformed") {
    return isCheck ? { kind: "unreadable-check", problem: frame.problem } : frame;
  }
  switch (frame.type) {
    case messageTypes.init:
      return { kind: "init" };
    case messageTypes.policy: {
      if (frame.action !== actions.policyInit) return { kind: "ignored" };
      const functionName = frameText(frame.body);
      return functionName === undefined ? unreadable : { kind: "policy-request", functionName };
    }
    case messageTypes.event: {
      const event = frameText(frame.body);
      return event === undefined ? unreadable : { kind: "event", event };
    }
    case messageTypes.checkEvent: {
      const event = frameText(frame.body);
      return event === undefined ? { ...unreadable, kind: "unreadable-check" } : { kind: "check", event };
    }
    case messageTypes.checkStatus:
      return { kind: "status" };
    default:
      return { kind: "ignored" };
  }
}

const unreadable = { kind: "malformed", problem: "the body is not text" } as const;

/** `strict`: a header that does not fit is an error. `artifact`: `ctr` mixes up headers of concurrent replies. */
export type HeaderTrust = "strict" | "artifact";

export type ReplyKind = "keys" | "policy" | "verdict";

export type ControllerReply =
  | { readonly kind: "keys" }
  /** JSON of the policy; `undefined`: there is none for this function. */
  | { readonly kind: "policy"; readonly json: string | undefined }
  | { readonly kind: "verdict"; readonly verdict: "allow" }
  /** `reason`: where the controller says it. */
  | { readonly kind: "verdict"; readonly verdict: "deny"; readonly reason: Reason | undefined };

export type ReadReply =
  /** `anomaly`: the header belonged to another reply. */
  | { readonly ok: true; readonly reply: ControllerReply; readonly anomaly: boolean }
  | { readonly ok: false; readonly problem: string };

/**
 * Whether the controller asks for the guard's state, which it may at any time. A verdict under such a header is none:
 * the artifact mixes up headers.
 */
export function isStatusRequest(bytes: Uint8Array): boolean {
  if (bytes[0] !== messageTypes.checkStatus) return false;
  const frame = decodeFrame(bytes);
  return frame.kind === "frame" && !interpret(frame.body, "verdict", false).ok;
}

/** Reads the controller's reply to the request that is outstanding; never throws. */
export function readReply(bytes: Uint8Array, expected: ReplyKind, trust: HeaderTrust): ReadReply {
  const frame = decodeFrame(bytes);
  if (frame.kind === "frame" && fits(frame, expected)) return interpret(frame.body, expected, false);
  if (trust === "artifact" && bytes.length >= 10) return interpret(bodyWithoutHeader(bytes), expected, true);
  return { ok: false, problem: frame.kind === "malformed" ? frame.problem : `a reply that is no ${expected}` };
}

const fits = ({ type, action }: { readonly type: number; readonly action: number }, expected: ReplyKind): boolean =>
  expected === "keys"
    ? type === messageTypes.keyDistribution
    : expected === "verdict"
      ? type === messageTypes.checkResponse && action === actions.test
      : type === messageTypes.policy && (action === actions.policyAdd || action === actions.none);

function interpret(body: Uint8Array, expected: ReplyKind, anomaly: boolean): ReadReply {
  if (expected === "keys") return { ok: true, reply: { kind: "keys" }, anomaly };
  const text = frameText(body);
  if (expected === "policy") {
    if (text === "NULL") return { ok: true, reply: { kind: "policy", json: undefined }, anomaly };
    if (text?.startsWith("{")) return { ok: true, reply: { kind: "policy", json: text }, anomaly };
    return { ok: false, problem: "a policy that is neither JSON nor NULL" };
  }
  if (text === "ALLOW") return { ok: true, reply: { kind: "verdict", verdict: "allow" }, anomaly };
  if (text === "DENY") return { ok: true, reply: { kind: "verdict", verdict: "deny", reason: undefined }, anomaly };
  const reason = reasons.find((known) => text === `DENY:${known}`);
  if (reason !== undefined) return { ok: true, reply: { kind: "verdict", verdict: "deny", reason }, anomaly };
  return { ok: false, problem: "a verdict that is neither ALLOW nor DENY" };
}
