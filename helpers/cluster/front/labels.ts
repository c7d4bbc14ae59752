import { labelsOf } from "../names.ts";

/** Run of the benchmark that a function or secret belongs to; it is removed with that run, or by `down`. */
export const labLabel = "kalium-bench/lab";

/** Differs with each deployment, so that a pod, and a provider that did not apply a change, show which one they are. */
export const deploymentLabel = "kalium-bench/deployment";

/** `upRunId`: of the `up` whose `down` removes them. */
export const functionLabels = (upRunId: string, labId: string): Readonly<Record<string, string>> => ({
  ...labelsOf(upRunId, "function"),
  [labLabel]: labId,
});
