import type { DeployedFunction } from "../contracts/application.ts";

/** Deployed beside the application where floors are measured; its image is built with the others. */
export const emptyFunction: DeployedFunction = {
  name: "empty",
  handler: new URL("empty-handler.ts", import.meta.url),
  needs: [],
  tables: {},
  calls: {},
};
