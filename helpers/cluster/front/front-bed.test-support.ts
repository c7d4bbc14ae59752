/** A front before a fake cluster, and a client of it, for one test. */
import { onTestFinished } from "vitest";
import { createClient, type GatewayClient } from "../../gateway/client.ts";
import { startFakeCluster } from "./fake-cluster.test-support.ts";
import type { FakeCluster } from "./fake-state.test-support.ts";
import type { FrontSettings } from "./options.ts";
import { createClusterFront, type Front } from "./server.ts";

export interface ClusterFrontBed {
  readonly cluster: FakeCluster;
  readonly front: Front;
  readonly client: GatewayClient;
}

export const gvisorIdentity = {
  runtime: "gvisor",
  version: "1",
  binary: "/opt/runsc",
  sha256: "ab",
  network: "netstack",
} as const;
const runc = { runtime: "runc", version: "runc 1", binary: "runc", sha256: "cd", network: "cni" } as const;

/** @param finished of a test that runs beside others */
export async function openClusterFront(
  more: Partial<FrontSettings> = {},
  finished: typeof onTestFinished = onTestFinished,
): Promise<ClusterFrontBed> {
  const cluster = await startFakeCluster();
  const basicAuth = { user: "admin", password: "secret" };
  const front = await createClusterFront({
    ...{ kubeconfig: cluster.kubeconfig, namespace: "fn", upRunId: "up1", labId: "lab1", basicAuth },
    gateway: { url: cluster.gatewayUrl, setsRuntimeClass: false },
    runtimes: [{ identity: gvisorIdentity, runtimeClass: "gvisor" }, { identity: runc }],
    nodes: [{ name: "node-1", kernel: "6.1.0" }],
    ...{ readyTimeoutMs: 5_000, appliedMs: 60_000, lookImage: "kalium-bench/vanilla-empty:1" },
    ...more,
  });
  const client = createClient({ url: front.url, basicAuth, namespace: "fn" });
  finished(async () => {
    client.close();
    await front.close();
    await cluster[Symbol.asyncDispose]();
  });
  return { cluster, front, client };
}
