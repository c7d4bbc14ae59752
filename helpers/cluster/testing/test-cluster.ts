import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { KubeConfig, VersionApi } from "@kubernetes/client-node";
import { within } from "../../base/deadline.ts";
import { messageOf } from "../../base/errors.ts";
import { connectCluster } from "../api/connect.ts";
import { currentRun } from "../up/run-marks.ts";

/** The cluster that tests may use, or why there is none. */
export type TestCluster =
  | { readonly available: true; readonly kubeconfig: string; readonly config: KubeConfig; readonly version: string }
  | { readonly available: false; readonly reason: string };

/** Where `.ci/cluster/up` keeps the test cluster. */
export const testClusterFolder = (): string =>
  process.env["KALIUM_CLUSTER_DIR"] ?? join(homedir(), ".cache", "kalium-bench", "cluster");

/**
 * KUBECONFIG, else the test cluster's. Use it as
 * `const cluster = await findTestCluster(); describe.skipIf(!cluster.available)(titleOf(cluster, "..."), ...)`.
 */
export async function findTestCluster(): Promise<TestCluster> {
  const kubeconfig = process.env["KUBECONFIG"] ?? join(testClusterFolder(), "kubeconfig");
  if (!existsSync(kubeconfig)) {
    return { available: false, reason: `no cluster: there is no ${kubeconfig}; .ci/cluster/up starts one` };
  }
  try {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const { gitVersion } = await within({ what: "the API server's version", timeoutMs: 10_000 }, () =>
      config.makeApiClient(VersionApi).getCode(),
    );
    return { available: true, kubeconfig, config, version: gitVersion };
  } catch (error) {
    return { available: false, reason: `no cluster: ${kubeconfig}: ${messageOf(error)}` };
  }
}

/** The same for tests that need it for themselves: a run that is up is left alone. */
export async function findFreeCluster(): Promise<TestCluster> {
  const found = await findTestCluster();
  const busy = found.available ? await currentRun(connectCluster(found.kubeconfig)) : undefined;
  return busy === undefined ? found : { available: false, reason: `run ${busy} is up; npm run cluster -- down` };
}

/** A title that tells why its tests are skipped. */
export const clusterTitle = (cluster: TestCluster, title: string): string =>
  cluster.available ? title : `${title} (skipped: ${cluster.reason})`;
