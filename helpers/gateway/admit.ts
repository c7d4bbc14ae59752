/** Where a guard is beside the gateway, its verdict on a call goes to the function with the call: docs/kalium.md. */
import type { IncomingMessage } from "node:http";
import { admissionHeader, callIdPattern } from "../contracts/admission.ts";
import type { Admission, ArrivingCall } from "../kalium/proxy/admission.ts";
import type { Instance } from "./provider.ts";

/** Absent: the guard does not know the function, or its hook must ask. */
export type Admit = (functionName: string, call: ArrivingCall) => Admission | undefined;

/** Hands calls on with the guard's verdict, and never with one that the caller wrote. */
export const admitted =
  (handle: Instance["handle"], ask: (call: ArrivingCall) => Admission | undefined): Instance["handle"] =>
  (incoming, outgoing, call) => {
    const { method = "" } = incoming;
    const { path, callId } = call;
    const session = callIdPattern.test(callId) ? callId : undefined;
    const admission = isPlain(path) ? ask({ method, path, session }) : undefined;
    if (admission === undefined) {
      handle(incoming, outgoing, { ...call, imposed: { names, headers: [] } });
      return;
    }
    const { value, turnedAway } = admission;
    handle(incoming, outgoing, {
      ...call,
      imposed: { names, headers: [admissionHeader, value] },
      onUnsent: turnedAway,
      onAnswer: (answer) => {
        if (isOfWatchdog(answer)) turnedAway();
      },
    });
  };

const names: ReadonlySet<string> = new Set([admissionHeader]);

/**
 * Reaches the function, and as it is written here: no watchdog answers it itself, redirects it or spells it differently. The
 * hook asks about the others. The verdict has the path in it, and a watchdog takes 16 kB of headers.
 */
const isPlain = (path: string): boolean => path.length <= longestPlainChars && plainPath.test(path);
const longestPlainChars = 1_024;
const plainPath = /^(?!\/_\/)(?:\/(?!\.\.?(?:[/?]|$))[\w.~,;:@!$&'()*+=-]+)*\/?(?:\?[!-~]*)?$/;

/**
 * Whether the watchdog says it instead of the function, which does not have the call then. On what a function answers it
 * stamps the duration. What a server says about a head that it cannot read has no date.
 */
function isOfWatchdog({ statusCode, headers }: IncomingMessage): boolean {
  if (statusCode === 400 || statusCode === 431) return headers.date === undefined;
  const refuses = statusCode === 429 || statusCode === 503;
  return refuses && headers["x-openfaas-internal"] !== undefined && headers["x-duration-seconds"] === undefined;
}
