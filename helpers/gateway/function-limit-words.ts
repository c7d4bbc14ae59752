/**
 * How gateways refuse one function too many: OpenFaaS CE with status 400 and the maximum, which is a constant of its release;
 * our own gateway in words of its own; an API server whose quota counts Deployments.
 */
const refusals = [
  /\bfunction\b.*\bmaximum: (\d+)/i,
  /\bwould be function \d+; this gateway is limited to (\d+)/,
  /\bexceeded quota\b.*\blimited: (?:\S*,)?count\/deployments\.apps=(\d+)/,
];

/** The limit that a refused deployment has met; `undefined` where it was refused for another reason. Pure. */
export function functionLimitIn(refusal: string): number | undefined {
  for (const pattern of refusals) {
    const limit = pattern.exec(refusal)?.[1];
    if (limit !== undefined) return Number(limit);
  }
  return undefined;
}

/** For whoever deploys, and for whoever measures. */
export const functionLimitHint =
  "Remove functions of others (`faas-cli list`, `faas-cli remove NAME`); in a run, compare fewer systems (KALIUM_SYSTEMS) " +
  "or choose functions that call fewer others (-t).";
