import { randomBytes } from "node:crypto";
import { AppsV1Api, CoreV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { poll } from "../../base/deadline.ts";
import { createClient, type GatewayClient } from "../../gateway/client.ts";
import { testOpenFaasContract } from "../../gateway/openfaas-contract.test-support.ts";
import type { Gateway } from "../../gateway/serve-gateway.ts";
import { loadEchoImages } from "../testing/echo-image.ts";
import { findTestCluster, clusterTitle } from "../testing/test-cluster.ts";
import { startClusterGateway, type ClusterGatewayOptions } from "./cluster-gateway.ts";

const cluster = await findTestCluster();
/** A namespace of these tests: a run on the same cluster is not disturbed. */
const namespace = `kalium-gateway-test-${randomBytes(3).toString("hex")}`;
let images: readonly [string, string];

const startGateway = (options: Partial<ClusterGatewayOptions> = {}): Promise<Gateway> => {
  if (!cluster.available) throw new TypeError("a skipped test does not start a gateway");
  return startClusterGateway({ host: "127.0.0.1", kubeconfig: cluster.kubeconfig, namespace, ...options });
};

describe.skipIf(!cluster.available)(clusterTitle(cluster, "our gateway on Kubernetes"), () => {
  if (!cluster.available) return;
  const core = cluster.config.makeApiClient(CoreV1Api);
  const apps = cluster.config.makeApiClient(AppsV1Api);

  beforeAll(async () => {
    images = await loadEchoImages(cluster.kubeconfig);
    await core.createNamespace({ body: { metadata: { name: namespace } } });
    return async () => {
      await core.deleteNamespace({ name: namespace });
      await poll({ what: `namespace ${namespace} to be gone`, timeoutMs: 120_000, intervalMs: 500 }, async () => {
        const { items } = await core.listNamespace();
        return items.some(({ metadata }) => metadata?.name === namespace) ? undefined : true;
      });
    };
  });

  testOpenFaasContract("our gateway on Kubernetes", async () => {
    const basicAuth = { user: "admin", password: randomBytes(16).toString("hex") };
    const { url, close } = await startGateway({
      credentials: { from: "given", ...basicAuth },
      callbackHosts: ["127.0.0.1"],
    });
    const stop = async (): Promise<void> => {
      using client = createClient({ url, basicAuth });
      for (const { name } of await client.list()) await client.remove(name);
      await close();
    };
    return { url, basicAuth, images, stop };
  });

  describe("beyond the contract", () => {
    let gateway: Gateway;
    let client: GatewayClient;
    beforeAll(async () => {
      gateway = await startGateway({ functionLimit: 3, objectLabels: { "kalium-bench/run": "test" } });
      client = createClient({ url: gateway.url });
    });
    afterAll(async () => {
      for (const { name } of await client.list()) await client.remove(name);
      client.close();
      await gateway.close();
    });
    const podsOf = async (name: string) => {
      const { items } = await core.listNamespacedPod({ namespace, labelSelector: `faas_function=${name}` });
      return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
    };

    test("secrets are files of the instance, and a changed one makes new instances", async () => {
      await client.putSecret("token", "s3cret");
      const deployment = { service: "secretive", image: images[0], secrets: ["token"] };
      await client.deploy(deployment);
      await client.waitReady("secretive", { timeoutMs: 120_000 });
      const [before] = await podsOf("secretive");
      const [volume] = before?.spec?.volumes ?? [];
      expect(volume?.projected?.sources?.[0]?.secret?.name).toBe("token");
      await client.deploy(deployment);
      expect((await podsOf("secretive")).map(({ metadata }) => metadata?.uid)).toEqual([before?.metadata?.uid]);
      await client.putSecret("token", "other");
      await client.deploy(deployment);
      await client.waitReady("secretive", { timeoutMs: 120_000 });
      const uids = async () => (await podsOf("secretive")).map(({ metadata }) => metadata?.uid);
      await expect.poll(uids, { timeout: 60_000 }).not.toContain(before?.metadata?.uid);
      await client.remove("secretive");
      await client.removeSecret("token");
    });

    test("no call fails while a changed function replaces its instance", async () => {
      const service = "rolling";
      await client.deploy({ service, image: images[0], envVars: { VERSION: "1" } });
      await client.waitReady(service, { timeoutMs: 120_000 });
      const done = new AbortController();
      const seen: string[] = [];
      const calling = (async () => {
        while (!done.signal.aborted) {
          const { outcome, status, body } = await client.invoke(service, { path: "/env?name=VERSION" });
          seen.push(status === 200 ? body.toString() : `${outcome} ${status} ${body.toString()}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      })();
      await client.deploy({ service, image: images[1], envVars: { VERSION: "2" } });
      await client.waitReady(service, { timeoutMs: 120_000 });
      const atReady = seen.length;
      await poll({ what: "the old pod to be gone", timeoutMs: 60_000, intervalMs: 200 }, async () => {
        const { items } = await core.listNamespacedPod({ namespace, labelSelector: `faas_function=${service}` });
        return items.length === 1 ? true : undefined;
      });
      done.abort();
      await calling;
      expect(seen.filter((answer, at) => answer !== seen[at - 1])).toEqual(["1", "2"]);
      expect(new Set(seen.slice(atReady + 1))).toEqual(new Set(["2"])); // one call may have been under way
    });

    test("a runtime class that somebody else set survives an update", async () => {
      const name = "classed";
      await client.deploy({ service: name, image: images[0] });
      await apps.patchNamespacedDeployment(
        { name, namespace, body: { spec: { template: { spec: { runtimeClassName: "kalium-test-nothing" } } } } },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );
      await client.deploy({ service: name, image: images[1] });
      const { metadata, spec } = await apps.readNamespacedDeployment({ name, namespace });
      expect(spec?.template.spec?.runtimeClassName).toBe("kalium-test-nothing");
      expect(spec?.template.spec?.containers[0]?.image).toBe(images[1]);
      expect(metadata?.labels).toMatchObject({ "kalium-bench/run": "test", faas_function: name });
      await client.remove(name);
    });

    test.each([
      { labels: { ["__proto__"]: "x" } },
      { annotations: { ["__proto__"]: "x" } },
      { constraints: ["__proto__=x"] },
    ])("a name that Kubernetes' client would lose is refused: %o", async (named) => {
      const deploying = client.deploy({ service: "lost", image: images[0], ...named });
      await expect(deploying).rejects.toThrow(`${Object.keys(named).join("")}: Kubernetes has no name "__proto__"`);
    });

    test("the limit of functions is reported", async () => {
      for (const service of ["limit-1", "limit-2"]) await client.deploy({ service, image: images[0] });
      expect((await client.list()).map(({ name }) => name).sort()).toEqual(["limit-1", "limit-2", "rolling"]);
      await expect(client.deploy({ service: "limit-4", image: images[0] })).rejects.toThrow(/limited to 3/);
    });

    test("calls use connections that are kept", async () => {
      const latenciesMs: number[] = [];
      for (let n = 0; n < 200; n += 1) {
        const { status, latencyNs } = await client.invoke("rolling", { path: "/status?code=200" });
        expect(status).toBe(200);
        latenciesMs.push(latencyNs / 1e6);
      }
      latenciesMs.sort((a, b) => a - b);
      process.stdout.write(`gateway, watchdog and function: p50 ${(latenciesMs[100] ?? 0).toFixed(2)} ms\n`);
      expect(latenciesMs[100]).toBeLessThan(50);
    });
  });
});
