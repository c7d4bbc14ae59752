import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { V1Eviction } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectCluster } from "../../cluster/api/connect.ts";
import { labsOn } from "../../cluster/front/clean-up.ts";
import { loadConfig } from "../../config/config.ts";
import { clusterCommand } from "../../cluster/testing/cluster-command.ts";
import { prepareCluster, succeed } from "../../cluster/testing/prepare-cluster.ts";
import { findTestCluster, clusterTitle } from "../../cluster/testing/test-cluster.ts";
import { currentRun } from "../../cluster/up/run-marks.ts";
import { poll } from "../../base/deadline.ts";
import type { Deployment } from "../../gateway/deployment.ts";
import { lastExitAnnotation } from "../../gateway/deployment.ts";
import type { GatewayClient } from "../../gateway/client.ts";
import { verifyProof } from "../../runtimes/verify-proof.ts";
import { functionGatewayUrl } from "../../platforms/platform.ts";
import { labClient } from "./lab-gateway.ts";
import { type StartedLab, startLab } from "./start-lab.ts";

const seconds = 1_000;

const found = await findTestCluster();

/** Uses a run that is up, else prepares the cluster and puts it back. */
describe.skipIf(!found.available)(clusterTitle(found, "a lab on a prepared cluster"), () => {
  if (!found.available) return;
  const { kubeconfig } = found;
  const cluster = connectCluster(kubeconfig);
  let started: StartedLab;
  let client: GatewayClient;
  let results: string;
  const empty = (service: string, runtime: string, more: Partial<Deployment> = {}): Deployment => ({
    service,
    image: started.lab.images.vanilla?.["empty"]?.reference ?? "",
    annotations: { "com.openfaas.profile": runtime },
    envVars: { exec_timeout: "10s", healthcheck_interval: "1s" },
    limits: { memory: "256Mi" },
    ...more,
  });
  const ready = { timeoutMs: 120 * seconds };

  let isOurs = false;
  beforeAll(async () => {
    isOurs = (await currentRun(cluster)) === undefined;
    if (isOurs) await prepareCluster(kubeconfig);
  });
  afterAll(async () => {
    if (isOurs) await succeed(clusterCommand(kubeconfig, ["down"]));
  });
  beforeAll(async () => {
    results = await mkdtemp(join(tmpdir(), "kalium-bench-cluster-test-"));
    const config = loadConfig({
      KALIUM_PLATFORM: "kubernetes",
      KALIUM_KUBECONFIG: kubeconfig,
      KALIUM_SYSTEMS: "gvisor,runc",
      KALIUM_PROFILE: "smoke",
      KALIUM_RESULTS: results,
    });
    started = await startLab(config);
    client = labClient(started.lab);
  });
  afterAll(async () => {
    client.close();
    await started[Symbol.asyncDispose]();
    expect(await labsOn(cluster, "openfaas-fn")).toEqual([]);
    await rm(results, { recursive: true });
  });

  test("functions run on what they claim, on the node they were given, and answer the client and each other", async () => {
    const [node = ""] = started.lab.cluster?.nodes ?? [];
    for (const runtime of ["gvisor", "runc"] as const) {
      await client.deploy(empty(`t-${runtime}`, runtime, { constraints: [`kubernetes.io/hostname=${node}`] }));
    }
    for (const runtime of ["gvisor", "runc"] as const) {
      const status = await client.waitReady(`t-${runtime}`, ready);
      const [proof] = client.proofs(status);
      expect(proof && verifyProof(proof, runtime)).toBeUndefined();
      expect(proof && verifyProof(proof, runtime === "runc" ? "gvisor" : "runc")).toMatch(/ran on/);
      expect(client.placements(status)).toMatchObject([{ node, instance: proof?.instance }]);
      expect((await client.invoke(`t-${runtime}`)).status).toBe(200);
    }
    expect(functionGatewayUrl(started.lab)).toMatch(/^http:\/\/\d/);
    await Promise.all(["t-gvisor", "t-runc"].map((name) => client.remove(name)));
    expect(await client.describe("t-gvisor")).toBeUndefined();
  });

  test("a runtime that the cluster lacks is refused with the next command", async () => {
    await expect(client.deploy(empty("t-absent", "kalium"))).rejects.toThrow(/no runtime "kalium"[^]*cluster -- up/);
  });

  test("an image that no node has ends the wait with the next command", async () => {
    await client.deploy(empty("t-image", "runc", { image: "kalium-bench.invalid/none:1" }));
    await expect(client.waitReady("t-image", ready)).rejects.toThrow(
      /cannot be pulled[^]*images -- push --registry kalium-bench\.invalid/,
    );
    await client.remove("t-image");
  });

  test("a pod that is evicted is reported, although another takes its place", async () => {
    await client.deploy(empty("t-evicted", "runc"));
    const [first] = client.placements(await client.waitReady("t-evicted", ready));
    const name = first?.pod ?? "";
    const namespace = "openfaas-fn";
    const body = Object.assign(new V1Eviction(), { metadata: { name, namespace } });
    await cluster.ask(`evict ${name}`, () => cluster.core.createNamespacedPodEviction({ name, namespace, body }));
    const status = await poll({ what: "another pod", timeoutMs: 120 * seconds, intervalMs: 500 }, async () => {
      const seen = await client.describe("t-evicted");
      return seen !== undefined && client.placements(seen).some(({ pod }) => pod !== name) ? seen : undefined;
    });
    expect(JSON.parse(status.annotations?.[lastExitAnnotation] ?? "null")).toMatchObject({ kind: "evicted" });
    await client.remove("t-evicted");
  });
});
