import type { RuntimeSettings } from "../contracts/runtime.ts";
import type { RuntimeName } from "../contracts/system.ts";

/** Which binary of a runtime: the one that runs use, or the second one that it is compared with in the same rounds. */
export interface Revision<Name extends RuntimeName> {
  readonly name: Name;
  readonly find: (settings: RuntimeSettings) => Promise<string | undefined>;
  /** The answer where there is no such binary. */
  readonly absent: { readonly reason: string; readonly hint: string };
}

export const notInstalled = (program: string): Revision<RuntimeName>["absent"] => ({
  reason: `there is no ${program} on this machine`,
  hint: "Run `npm run setup`.",
});

/** @param variable that names it */
export const notNamed = (variable: string): Revision<RuntimeName>["absent"] => ({
  reason: `no second binary is named in ${variable}`,
  hint: "Name one with `npm run compare -- --interleave BINARY`.",
});
