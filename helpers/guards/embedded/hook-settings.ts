import { mountedSecret } from "../../gateway/deployment.ts";
import type { Action } from "../../kalium/core/guard.ts";
import type { GuardedDeployment } from "../guard.ts";

/** How the hook in a function's process reaches its guard. */
export interface HookSettings {
  /** Of the guard proxy, `host:port`. */
  readonly address: string;
  /** Name of the secret that the hook shows the proxy. */
  readonly tokenSecret: string;
  /** Silence after which an invocation is over; 0: its answer is the end. */
  readonly quietMs: number;
  readonly action: Action;
}

/** Loads the hook before the function, in the function's own process. */
export const hookedDeployment = ({ address, tokenSecret, quietMs, action }: HookSettings): GuardedDeployment => ({
  envVars: {
    NODE_OPTIONS: "--require=./guard.cjs",
    KALIUM_GUARD_ADDRESS: address,
    KALIUM_GUARD_TOKEN_FILE: mountedSecret(tokenSecret),
    KALIUM_GUARD_QUIET_MS: String(quietMs),
    KALIUM_GUARD_ACTION: action,
  },
  secrets: [tokenSecret],
});
