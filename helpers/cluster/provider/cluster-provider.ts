import type { Provider } from "../../gateway/provider.ts";
import type { Cluster } from "../api/connect.ts";
import { askFor } from "./api-errors.ts";
import { clusterFunctions, type ClusterFunctionsOptions } from "./cluster-functions.ts";
import { clusterSecrets } from "./cluster-secrets.ts";

/**
 * Functions as pods of a Kubernetes cluster, behind the same REST API as sandboxes of this machine: docs/gateway.md.
 * Closing it leaves the functions where they are.
 * @throws {KaliumError} E_SERVICE, E_TIMEOUT when the cluster cannot be watched
 */
export async function createClusterProvider(cluster: Cluster, options: ClusterFunctionsOptions): Promise<Provider> {
  const functions = await clusterFunctions(cluster, options);
  return {
    orchestration: "kubernetes",
    limits: { functions: options.functionLimit, replicas: options.replicaLimit },
    functions,
    secrets: clusterSecrets(cluster, askFor(cluster), options),
    close: functions.close,
  };
}
