import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CoreV1Api, type KubeConfig, KubernetesObjectApi, VersionApi } from "@kubernetes/client-node";
import { within } from "../../base/deadline.ts";
import { fileReasonOf, KaliumError } from "../../base/errors.ts";
import { untilAdmitted } from "./admission.ts";
import { KeptConnections } from "./kept-connections.ts";
import { readableAnswer } from "./readable-object.ts";
import { explainRefusal } from "./refusal.ts";

/** A cluster as a kubeconfig names it. */
export interface Cluster {
  readonly config: KubeConfig;
  /** URL of the API server, for messages. */
  readonly server: string;
  readonly objects: KubernetesObjectApi;
  readonly core: CoreV1Api;
  /**
   * Runs one request with a deadline; again while the API server is too busy for it (429). `what` completes "not allowed to ..." and "timed out waiting to ...".
   * @throws {KaliumError} E_CLUSTER with the server's own words and what to do, E_TIMEOUT
   */
  ask<T>(what: string, request: () => Promise<T>, timeoutMs?: number): Promise<T>;
}

/** A control plane on a busy machine was silent for 30 s; less than the front's own clients wait (150 s). */
const requestTimeoutMs = 100_000;

/**
 * Reads the kubeconfig: `path`, else KUBECONFIG, else ~/.kube/config, else the service account of a pod. Asks nothing yet.
 * @throws {KaliumError} E_CONFIG when there is none, or it names no cluster
 */
export function connectCluster(path?: string): Cluster {
  const config = new KeptConnections();
  try {
    if (path === undefined) config.loadFromDefault();
    else config.loadFromFile(path);
  } catch (error) {
    const file = path ?? process.env["KUBECONFIG"] ?? "~/.kube/config";
    throw new KaliumError("E_CONFIG", `the kubeconfig ${file} cannot be used: ${fileReasonOf(error)}`, {
      hint: howTo,
      cause: error,
    });
  }
  const server = config.getCurrentCluster()?.server;
  if (path === undefined && (!isConfigured() || server === assumedServer)) {
    throw new KaliumError("E_CONFIG", "no Kubernetes cluster is configured: there is no kubeconfig", { hint: howTo });
  }
  if (server === undefined) {
    throw new KaliumError("E_CONFIG", "the kubeconfig's current context names no cluster", { hint: howTo });
  }
  return clusterOf(config, server);
}

const howTo =
  "Set KUBECONFIG to the file that `kubectl` uses; .ci/cluster/up starts a test cluster and prints its own.";

/** What the client tries where it finds no configuration. */
const assumedServer = "http://localhost:8080";

const isConfigured = (): boolean =>
  Boolean(process.env["KUBECONFIG"]) ||
  existsSync(join(homedir(), ".kube", "config")) ||
  process.env["KUBERNETES_SERVICE_HOST"] !== undefined;

const clusterOf = (config: KubeConfig, server: string): Cluster => ({
  config,
  server,
  objects: KubernetesObjectApi.makeApiClient(config),
  core: config.makeApiClient(CoreV1Api),
  ask: async (what, request, timeoutMs = requestTimeoutMs) => {
    try {
      const admitted = within({ what: `the API server to ${what}`, timeoutMs }, () =>
        untilAdmitted(request, { patienceMs: timeoutMs }),
      );
      return readableAnswer(await admitted);
    } catch (error) {
      throw explainRefusal(what, error, server);
    }
  },
});

/** For example `v1.32.3`. @throws {KaliumError} E_CLUSTER, E_TIMEOUT */
export const serverVersion = async (cluster: Cluster): Promise<string> =>
  (await cluster.ask("tell its version", () => cluster.config.makeApiClient(VersionApi).getCode(), 10_000)).gitVersion;
