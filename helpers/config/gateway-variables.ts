import { hosts, wordOr } from "./kinds.ts";
import type { Variable } from "./variable.ts";

/** Settings of the local gateway. */
export const gatewayVariables = {
  KALIUM_CALLBACK_HOSTS: {
    schema: wordOr(["none"], hosts),
    preset: "none",
    meaning:
      "Hosts, besides the gateway's functions, to which it may post answers of asynchronous calls: comma list of `HOST` or `HOST:PORT`. On a cluster, `npm run cluster -- up` passes them to the project's gateway",
  },
  KALIUM_IMAGE_REGISTRIES: {
    schema: wordOr(["none", "*"], hosts),
    preset: "none",
    meaning:
      "Registries from which the local gateway may fetch images of deployments that it does not have: comma list of `HOST` or `HOST:PORT`, or `*` for all. Docker's is `docker.io`. docs/images.md",
  },
} satisfies Record<string, Variable>;
