/** Names that `cluster up`, `cluster down`, the front process and the provider share. */

/** Where functions, MySQL and the services of the testbed run. */
export const functionNamespace = "openfaas-fn";

/** Where our own short-lived helpers on the nodes run; made by `up`, removed by `down`. */
export const systemNamespace = "kalium-bench";

/** Of server-side apply, and the value of the label `managed-by`. */
export const fieldManager = "kalium-bench";

export const managedByLabel = "app.kubernetes.io/managed-by";
/** Every object of a run carries it; with `managedByLabel` it is all that `down` needs. */
export const runLabel = "kalium-bench/run";
/** `mysql`, `node-agent`, `facts`, ...: which part of the testbed an object belongs to. */
export const partLabel = "kalium-bench/part";
/** On nodes that got the runsc builds of a run; the value is the run. RuntimeClasses select it. */
export const nodeLabel = "kalium-bench/prepared";

/** Of a function: the RuntimeClass of its pods. Our gateway honours it; others ignore it, and their Deployments are patched. */
export const runtimeClassAnnotation = "kalium-bench/runtime-class";

export const labelsOf = (runId: string, part: string): Readonly<Record<string, string>> => ({
  [managedByLabel]: fieldManager,
  [runLabel]: runId,
  [partLabel]: part,
});

/** ConfigMap in `functionNamespace`, and its one key. */
export const factsConfigMap = "kalium-bench-facts";
export const factsKey = "facts.json";

/** Our folder on every prepared node: binaries, configurations, the backup and its manifest. */
export const nodeFolder = "/var/lib/kalium-bench";
/** runsc writes its logs to `<here>/<handler>/<sandbox id>/`. */
export const nodeLogFolder = "/var/log/kalium-bench";
