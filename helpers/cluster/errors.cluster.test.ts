/** What can go wrong, tried on a real cluster: each is named, with the next command. */
import { dirname, join } from "node:path";
import { existsSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { connectCluster } from "./api/connect.ts";
import { applyObject } from "./api/objects.ts";
import { nodeLogFolder } from "./names.ts";
import { systemNamespaceManifest } from "./nodes/agent-manifest.ts";
import { startNodeAgents } from "./nodes/agents.ts";
import { clusterCommand } from "./testing/cluster-command.ts";
import { findFreeCluster, clusterTitle } from "./testing/test-cluster.ts";

const cluster = await findFreeCluster();
const kubeconfig = cluster.available ? cluster.kubeconfig : "";
const restricted = join(dirname(kubeconfig), "kubeconfig-restricted");

describe.skipIf(!cluster.available)(clusterTitle(cluster, "errors of cluster up"), () => {
  afterEach(async () => {
    const { code, stderr } = await clusterCommand(kubeconfig, ["down"]);
    expect(code, stderr).toBe(0);
  });

  test.skipIf(!existsSync(restricted))("a user who may only look: doctor and up list what is missing", async () => {
    const looked = await clusterCommand(restricted, ["doctor", "--json"]);
    expect(looked.code).toBe(3);
    const { checks } = JSON.parse(looked.stdout) as { checks: { subject: string; state: string; found: string }[] };
    const permissions = checks.find(({ subject }) => subject === "permissions");
    expect(permissions).toMatchObject({ state: "missing" });
    expect(permissions?.found).toMatch(/create pods\/exec in kalium-bench \(runsc on the nodes\)/);
    const tried = await clusterCommand(restricted, ["up", "--mysql-image", "local"]);
    expect(tried).toMatchObject({ code: 3, stdout: "" });
    expect(tried.stderr).toMatch(/lacks \d+ permissions[^]*patch runtimeclasses\.node\.k8s\.io[^]*->/);
  });

  test("no node has the labels", async () => {
    const { code, stderr } = await clusterCommand(kubeconfig, ["up", "--nodes", "kalium-bench/none=here"]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/no node has the labels kalium-bench\/none=here[^]*--nodes/);
  });

  test("a log folder that cannot be written", async () => {
    const api = connectCluster(kubeconfig);
    const namespace = systemNamespaceManifest("errors-test");
    await applyObject(api, namespace);
    const { items: nodes } = await api.core.listNode();
    await using agents = await startNodeAgents(api, { runId: "errors-test", nodes });
    await agents.shells[0]?.run(`: >${nodeLogFolder}`); // a file where the folder should be; `down` removes it
    await agents[Symbol.asyncDispose]();
    const { code, stderr } = await clusterCommand(kubeconfig, ["up", "--mysql-image", "local"]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/node \S+: \/var\/log\/kalium-bench cannot be written[^]*--nodes/);
  });

  test("an image of MySQL that no node can pull", async () => {
    const image = "registry.invalid/mysql:1";
    const { code, stderr } = await clusterCommand(kubeconfig, ["up", "--mysql-image", image]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/cannot pull registry\.invalid\/mysql:1[^]*--mysql-image local/);
  });

  test("a build of runsc that does not start pods: the node's words, and its name", async () => {
    const flag = ["--runsc-flag", "gvisor:no-such-flag=1"];
    const { code, stderr } = await clusterCommand(kubeconfig, ["up", "--mysql-image", "local", ...flag]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/RuntimeClass gvisor on node \S+ does not start[^]*--runsc-flag/);
  });
});
