/** What can happen to a cluster while it is measured, tried with the real suite: the block is void, later ones count. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { V1Eviction } from "@kubernetes/client-node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Results } from "../../reports/records/store.ts";
import { poll } from "../base/deadline.ts";
import { scratchFolder } from "../../reports/testing/scratch.ts";
import { resultsOf } from "../maintenance/evidence/bench-checks.ts";
import { connectCluster } from "./api/connect.ts";
import { removeObject } from "./api/objects.ts";
import { readFacts } from "./api/read-facts.ts";
import { dumpCluster } from "./dump.ts";
import { differenceOf } from "./dump-text.ts";
import { labsOn } from "./front/clean-up.ts";
import { functionNamespace } from "./names.ts";
import { gatewayNamespace } from "./provider/own-gateway.ts";
import { findServicesPod } from "./services/services-pod.ts";
import { clusterCommand } from "./testing/cluster-command.ts";
import { prepareCluster, succeed } from "./testing/prepare-cluster.ts";
import { startSuite, type Suite } from "./testing/suite-command.ts";
import { findFreeCluster, clusterTitle } from "./testing/test-cluster.ts";
import { startKubelet, stopKubelet, whyNotOurNode } from "./testing/test-node.ts";

const cluster = await findFreeCluster();
const label = "product-purchase-publish";
const service = (system: string): string => `${system}-product-purchase-4-publish`;

/** Reasons by system and block; a void without a system is of all. Those of a busy client may come at any time. */
const voidsOf = ({ latency }: Results, system: string, block: number): readonly string[] =>
  (latency[0]?.voids ?? [])
    .filter(({ cause }) => cause !== "machine")
    .filter((entry) => (entry.system ?? system) === system && (entry.block ?? block) === block)
    .map(({ reason }) => reason);

describe.skipIf(!cluster.available)(clusterTitle(cluster, "a cluster disturbed while it is measured"), () => {
  if (!cluster.available) return;
  const { kubeconfig } = cluster;
  const api = connectCluster(kubeconfig);
  let before = "";

  const suite = async (env: Readonly<Record<string, string>> = {}): Promise<Suite & { readonly root: string }> => {
    const root = await scratchFolder();
    return { root, ...startSuite({ root, kubeconfig, label, env }) };
  };

  beforeAll(async () => {
    before = await dumpCluster(api);
    await prepareCluster(kubeconfig);
  });
  afterEach(async () => {
    expect(await labsOn(api, functionNamespace)).toEqual([]);
  });
  afterAll(async () => {
    await succeed(clusterCommand(kubeconfig, ["down"]));
    expect(differenceOf(before, await dumpCluster(api))).toEqual([]);
  });

  const podOf = async (namespace: string, labelSelector: string): Promise<string> => {
    const { items } = await api.core.listNamespacedPod({ namespace, labelSelector });
    return items[0]?.metadata?.name ?? expect.fail(`no pod ${labelSelector}`);
  };
  /** Name of the node that Kubernetes hears nothing of. */
  const lostNode = (): Promise<string> =>
    poll({ what: "a node to be lost", timeoutMs: 90_000, intervalMs: 250 }, async () => {
      const { items } = await api.core.listNode();
      const lost = items.find(({ status }) =>
        status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "Unknown"),
      );
      return lost?.metadata?.name;
    });

  test("pods are evicted: the block of their system is void", async () => {
    const { root, command, measuring } = await suite();
    await measuring();
    const namespace = functionNamespace;
    const evicted: string[] = [];
    for (const each of [service("gvisor"), "gvisor-empty"]) {
      const name = await podOf(namespace, `faas_function=${each}`);
      const body = Object.assign(new V1Eviction(), { metadata: { name, namespace } });
      await api.core.createNamespacedPodEviction({ name, namespace, body });
      evicted.push(name);
    }
    const { code, output } = await command.ended;
    expect(code, output).toBe(0);
    const results = await resultsOf(root);
    expect(voidsOf(results, "gvisor", 0).join()).toContain(`${evicted[0]} was evicted from `);
    expect(results.latency[0]?.floors).toContainEqual(expect.objectContaining({ block: 1, name: "instance" }));
    expect(voidsOf(results, "runc", 0)).toEqual([]);
    expect(voidsOf(results, "gvisor", 1)).toEqual([]);
  });

  test("the gateway is restarted: the block is void", async () => {
    const { root, command, measuring } = await suite();
    await measuring();
    const name = await podOf(gatewayNamespace, "app=gateway");
    await api.core.deleteNamespacedPod({ name, namespace: gatewayNamespace });
    const { code, output } = await command.ended;
    expect(code, output).toBe(0);
    const results = await resultsOf(root);
    for (const system of ["gvisor", "runc"]) {
      expect(voidsOf(results, system, 0)).toContain("the gateway was restarted");
      expect(voidsOf(results, system, 1)).toEqual([]);
    }
  });

  test("a node is lost and comes back: the block is void", async ({ skip }) => {
    const reason = await whyNotOurNode(kubeconfig);
    skip(reason !== undefined, reason);
    const { root, command, measuring } = await suite({ KALIUM_ROUNDS: "60", KALIUM_PAUSE_MS: "500" });
    await measuring();
    let node: string;
    await stopKubelet();
    try {
      node = await lostNode();
    } finally {
      await startKubelet();
    }
    const { code, output } = await command.ended;
    expect(code, output).toBe(0);
    const results = await resultsOf(root);
    for (const system of ["gvisor", "runc"]) {
      expect(voidsOf(results, system, 0)).toContain(`node ${node} was lost`);
      expect(voidsOf(results, system, 1)).toEqual([]);
    }
  });

  test("a node that stays lost ends the run, with its name and the next command", async ({ skip }) => {
    const reason = await whyNotOurNode(kubeconfig);
    skip(reason !== undefined, reason);
    const { root, command, measuring } = await suite({ KALIUM_ROUNDS: "20" });
    await measuring();
    let node: string;
    await stopKubelet();
    try {
      node = await lostNode();
      await command.until("the failure of the function", () => Promise.resolve(/×|FAIL/.test(command.output())));
    } finally {
      await startKubelet();
    }
    const { code, output } = await command.ended;
    expect(code, output).not.toBe(0);
    expect(output).toMatch(new RegExp(`${node}[^]*->[^]*cluster -- doctor`));
    const { latency } = await resultsOf(root);
    expect(latency.flatMap(({ blocks }) => blocks)).toEqual([]);
  });

  test("the pod of the run's services is lost: the guard denies, the function fails, the error names the pod and the next command", async () => {
    await prepareCluster(kubeconfig, ["--services", "pod"]);
    const { runId } = await readFacts(api);
    const { namespace, pod: name } = await findServicesPod(api, runId);
    const { root, command, measuring } = await suite({ KALIUM_SYSTEMS: "gvisor,kalium" });
    await measuring();
    await api.core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 });
    const { code, output } = await command.ended;
    expect(code, output).not.toBe(0);
    expect(output).toMatch(new RegExp(`it ran in pod ${namespace}/${name} on [^]*-> Run .npm run cluster -- doctor`));
    expect((await resultsOf(root)).latency.flatMap(({ blocks }) => blocks)).toEqual([]);
  });

  describe("with a gateway that is limited to 3 functions", () => {
    beforeAll(async () => {
      await prepareCluster(kubeconfig, ["--function-limit", "3"]);
    });

    test("more systems than fit are refused before anything is deployed, with those that fit", async () => {
      const { root, command } = await suite({ KALIUM_SYSTEMS: "gvisor,runc,valve" });
      const { code, output } = await command.ended;
      expect(code, output).not.toBe(0);
      expect(output).toMatch(
        /allows 3 functions at once, and a block of \S+ needs 4:[^]*KALIUM_SYSTEMS=gvisor,runc; then KALIUM_SYSTEMS=gvisor,valve/,
      );
      expect(existsSync(join(root, "results"))).toBe(false);
    });

    test("a place that another function has taken meanwhile: the gateway's own words, and the next step", async () => {
      const { root, command, measuring } = await suite({ KALIUM_ROUNDS: "20" });
      await measuring();
      const metadata = { name: "foreign", namespace: functionNamespace, labels: { faas_function: "foreign" } };
      const template = {
        metadata: { labels: metadata.labels },
        spec: { containers: [{ name: "foreign", image: "none.invalid/none:1" }] },
      };
      const foreign = { apiVersion: "apps/v1", kind: "Deployment", metadata };
      await api.objects.create({
        ...foreign,
        spec: { replicas: 0, selector: { matchLabels: metadata.labels }, template },
      } as typeof foreign);
      try {
        const { code, output } = await command.ended;
        expect(code, output).not.toBe(0);
        expect(output).toMatch(/would be function 4; this gateway is limited to 3[^]*-> Remove functions of others/);
        expect((await resultsOf(root)).latency[0]?.blocks.map(({ block }) => block)).toEqual([0]);
        const next = await (await suite()).command.ended;
        expect(next.output).toMatch(
          /3 functions at once \(1 of others are there\)[^]*no two systems fit[^]*limit to 4/,
        );
      } finally {
        await removeObject(api, foreign, { timeoutMs: 30_000 });
      }
    });
  });
});
