import type { ErrorCode } from "../errors.ts";

/** What the process says to the shell. */
export const exitCodes = { done: 0, assertion: 1, usage: 2, environment: 3, voidData: 4, interrupted: 130 } as const;

type Kind = keyof typeof exitCodes;

const kinds: Readonly<Record<ErrorCode, Kind>> = {
  E_CONFIG: "usage",
  E_SETUP: "environment",
  E_RUNTIME_UNAVAILABLE: "environment",
  E_NETWORK: "environment",
  E_MYSQL: "environment",
  E_SERVICE: "environment",
  E_SANDBOX: "environment",
  E_RECORD: "environment",
  E_RUNTIME_PROOF: "voidData",
  E_WRONG_ANSWER: "assertion",
  E_DEPLOY: "assertion",
  E_INVOKE: "assertion",
  E_POLICY: "assertion",
  E_CLUSTER: "environment",
  E_TIMEOUT: "environment",
};

export const exitCodeOf = (code: ErrorCode): number => exitCodes[kinds[code]];
