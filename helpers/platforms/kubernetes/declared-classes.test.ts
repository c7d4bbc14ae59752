import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { connectCluster } from "../../cluster/api/connect.ts";
import { readyNode } from "../../cluster/front/fake-api.test-support.ts";
import { startFakeCluster } from "../../cluster/front/fake-cluster.test-support.ts";
import { frontOptionsSchema } from "../../cluster/front/options.ts";
import { someFacts } from "../../cluster/testing/some-facts.ts";
import { loadConfig } from "../../config/config.ts";
import { selectSystems } from "../../config/select-systems.ts";
import { systemNamed } from "../../config/systems.ts";
import { withDeclaredClasses } from "./declared-classes.ts";
import { clusterRuntimes, commonNodes } from "./runtimes.ts";

const file = "runtimes: {kata: {kind: class, class: kata-qemu}}";

async function declaring(text = file, systems = "gvisor,kata,kata-aa") {
  const folder = await mkdtemp(join(tmpdir(), "kb-classes-"));
  const KALIUM_RUNTIMES = join(folder, "runtimes.yaml");
  await writeFile(KALIUM_RUNTIMES, text);
  onTestFinished(async () => {
    loadConfig({}); // this process forgets what the file declared
    await rm(folder, { recursive: true });
  });
  return loadConfig({ KALIUM_PLATFORM: "kubernetes", KALIUM_RUNTIMES, KALIUM_SYSTEMS: systems });
}

async function clusterWith(
  ...classes: readonly { readonly name: string; readonly selector?: Record<string, string> }[]
) {
  const fake = await startFakeCluster();
  onTestFinished(() => fake[Symbol.asyncDispose]());
  for (const name of ["node-1", "node-2"]) fake.nodes.set(name, readyNode(name));
  fake.nodes.set("other", { metadata: { name: "other", labels: { vm: "yes" } } });
  for (const { name, selector } of classes) {
    const scheduling = selector && { nodeSelector: selector };
    fake.classes.set(name, { metadata: { name }, handler: "kata", ...(scheduling && { scheduling }) });
  }
  return connectCluster(fake.kubeconfig);
}

test("a declared RuntimeClass is a runtime of the prepared nodes that it selects, and the front takes it", async () => {
  const config = await declaring();
  const facts = await withDeclaredClasses(await clusterWith({ name: "kata-qemu" }), someFacts, config);
  const answers = clusterRuntimes(config, facts);
  const identity = {
    ...{ runtime: "kata", version: "RuntimeClass kata-qemu, handler kata", binary: "kata", sha256: "unknown" },
    network: "as its class sets it up",
  };
  expect(answers.get(systemNamed("kata").runtime)).toEqual({ available: true, identity });
  expect(selectSystems(config, answers).systems.map(({ name }) => name)).toEqual(["gvisor", "kata", "kata-aa"]);
  expect(commonNodes([systemNamed("gvisor"), systemNamed("kata")], facts)).toEqual(["node-1"]);
  expect(frontOptionsSchema.shape.runtimes.parse([{ identity, runtimeClass: "kata-qemu" }])).toHaveLength(1);
});

test("a RuntimeClass that is absent, or selects no prepared node, is an error that says what to do", async () => {
  const config = await declaring();
  const asked = async (cluster: Awaited<ReturnType<typeof clusterWith>>) => {
    const facts = await withDeclaredClasses(cluster, someFacts, config);
    return () => selectSystems(config, clusterRuntimes(config, facts));
  };
  expect(await asked(await clusterWith())).toThrow(
    /kata, asked for, cannot run: the cluster has no RuntimeClass kata-qemu[^]*kubectl get runtimeclasses.*runtimes\.yaml/,
  );
  const elsewhere = await clusterWith({ name: "kata-qemu", selector: { vm: "yes" } });
  expect(await asked(elsewhere)).toThrow(/node selector of RuntimeClass kata-qemu matches no prepared node[^]*--nodes/);
});

test("runtimes of this machine stay refused on a cluster, and nothing is asked for them", async () => {
  const config = await declaring("runtimes: {mine: {kind: runsc}}", "gvisor,mine");
  const cluster = connectCluster((await startFakeCluster()).kubeconfig);
  const facts = await withDeclaredClasses(cluster, someFacts, config);
  expect(facts).toBe(someFacts);
  expect(() => selectSystems(config, clusterRuntimes(config, facts))).toThrow(/declares it for this machine alone/);
});
