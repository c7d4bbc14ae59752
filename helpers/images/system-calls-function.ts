import type { DeployedFunction } from "../contracts/application.ts";

/** Measures operations of the operating system from inside; its image is built with the others. docs/system-calls.md */
export const systemCallsFunction: DeployedFunction = {
  name: "system-calls",
  handler: new URL("system-calls-handler.ts", import.meta.url),
  needs: [],
  tables: {},
  calls: {},
};
