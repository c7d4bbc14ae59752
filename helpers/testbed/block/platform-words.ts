import type { CallResult } from "../../gateway/caller.ts";

/**
 * What a platform answers where a function does not: its instance stopped in the middle of the call, is overloaded, or is
 * not there. OpenFaaS' gateway and watchdog sign such answers, except for the gateway's 502.
 * @returns who answered, and what; `undefined` for an answer of the function
 */
export function platformWords({
  status,
  headers,
  body,
}: Pick<CallResult, "status" | "headers" | "body">): string | undefined {
  const signature = headers["x-openfaas-internal"];
  if (signature === undefined && (status !== 502 || body.length > 0)) return undefined;
  const words = body.toString().trim().slice(0, 200);
  return `${signature ?? "gateway"} answered ${status} in the function's place${words && `: ${words}`}`;
}
