/** Where a guard is beside the gateway, its verdict on a call goes to the function with the call: docs/kalium.md. */
import type { IncomingMessage } from "node:http";
import { admissionHeader, callIdPattern } from "../contracts/admission.ts";
import type { Admission, ArrivingCall } from "../kalium/proxy/admission.ts";
import type { GatewayCall, Instance } from "./provider.ts";

/** Absent: the guard does not know the function, or its hook must ask. */
export type Admit = (functionName: string, call: ArrivingCall) => Admission | undefined;

/** What the watchdog says instead of the function, which does not have the call then. */
const turnedAwayStatuses: readonly (number | undefined)[] = [429, 503];

/** Hands calls on with the guard's verdict. One that names a verdict itself is handed on without: its hook asks. */
export const admitted =
  (handle: Instance["handle"], ask: (call: ArrivingCall) => Admission | undefined): Instance["handle"] =>
  (incoming, outgoing, call) => {
    const { method = "", headers } = incoming;
    const forged = headers[admissionHeader] !== undefined;
    const admission = forged ? undefined : ask({ method, path: call.path, session: sessionOf(headers, call) });
    if (admission === undefined) {
      handle(incoming, outgoing, call);
      return;
    }
    const { value, turnedAway } = admission;
    handle(incoming, outgoing, {
      ...call,
      requestHeaders: [...call.requestHeaders, admissionHeader, value],
      onAnswer: ({ statusCode, headers: of }) => {
        if (turnedAwayStatuses.includes(statusCode) && of["x-openfaas-internal"] !== undefined) turnedAway();
      },
    });
  };

/** The call's id, the caller's own or the one that the gateway gives it. */
function sessionOf(
  { "x-call-id": own }: IncomingMessage["headers"],
  { requestHeaders }: GatewayCall,
): string | undefined {
  const id = own ?? requestHeaders[requestHeaders.indexOf("X-Call-Id") + 1];
  return typeof id === "string" && callIdPattern.test(id) ? id : undefined;
}
