import { expect, test } from "vitest";
import type { Deployment } from "../../gateway/deployment.ts";
import { lastExitAnnotation, othersImageAnnotation } from "../../gateway/deployment.ts";
import { lastExitReason } from "../../gateway/client-ready.ts";
import { poll } from "../../base/deadline.ts";
import { imageOfOthers, insideGvisor, readyNode, readySince } from "./fake-api.test-support.ts";
import { gvisorIdentity, openClusterFront } from "./front-bed.test-support.ts";
import { withContainer } from "./fake-pods.test-support.ts";
import { changed } from "./merge-patch.test-support.ts";
import { labLabel } from "./labels.ts";
import { viewOf } from "./look-in-pod.ts";

const deployment = (service: string, runtime = "gvisor", more: Partial<Deployment> = {}): Deployment => ({
  service,
  image: "kalium-bench/f:1",
  annotations: { "com.openfaas.profile": runtime },
  ...more,
});

test("a deployment gets runtime class, node and labels, and is ready when the function has answered for itself", async () => {
  const { cluster, client } = await openClusterFront();
  await client.deploy(deployment("f", "gvisor", { constraints: ["kubernetes.io/hostname=node-7"] }));
  const status = await client.waitReady("f", { timeoutMs: 60_000 });
  const made = cluster.deployments.get("f");
  expect(made?.spec?.template.spec).toMatchObject({
    runtimeClassName: "gvisor",
    nodeSelector: { "kubernetes.io/hostname": "node-7" },
  });
  expect(made?.metadata?.labels).toMatchObject({ "kalium-bench/run": "up1", [labLabel]: "lab1" });
  const [pod] = cluster.pods.values();
  expect(client.proofs(status)).toMatchObject([
    {
      instance: pod?.metadata?.name,
      host: { identity: gvisorIdentity, pod: { runtimeClass: "gvisor", node: "node-7" } },
      inside: { dmesg: "Starting gVisor..." },
    },
  ]);
  expect(client.placements(status)).toEqual([
    { instance: pod?.metadata?.name, node: "node-7", pod: pod?.metadata?.name, podIp: "127.0.0.1" },
  ]);
  expect(status.annotations).toMatchObject({ own: "kept" });
  expect(cluster.calls).toContain("f");
});

test("a function in an image of others is looked at by a program of ours in its pod, and never called for it", async () => {
  const { cluster, client } = await openClusterFront();
  const annotations = { "com.openfaas.profile": "gvisor", [othersImageAnnotation]: "true" };
  await client.deploy(deployment("f", "gvisor", { image: imageOfOthers, annotations }));
  const status = await client.waitReady("f", { timeoutMs: 60_000 });
  const [pod] = cluster.pods.values();
  expect(pod?.spec?.ephemeralContainers).toMatchObject([
    { name: "kalium-bench-look-0", image: "kalium-bench/vanilla-empty:1", imagePullPolicy: "IfNotPresent" },
  ]);
  const [proof] = client.proofs(status);
  expect(proof).toMatchObject({
    instance: pod?.metadata?.name,
    inside: { ...insideGvisor, nodeVersion: "", seenBy: "program" },
  });
});

test("a function behind of-watchdog is ready once it has answered a call through the gateway itself", async () => {
  const { cluster, client } = await openClusterFront();
  const annotations = { "com.openfaas.profile": "gvisor", [othersImageAnnotation]: "true" };
  const envVars = { mode: "http", upstream_url: "http://127.0.0.1:5000" };
  cluster.health.push(
    { status: 500, internal: "of-watchdog" }, // its function does not listen yet
    { status: 503 },
    { status: 502 }, // of the gateway, which did not reach it
    { status: 404 }, // the function knows no such path
  );
  await client.deploy(deployment("f", "gvisor", { image: imageOfOthers, annotations, envVars }));
  await client.waitReady("f", { timeoutMs: 60_000 });
  expect(cluster.health).toEqual([]);
});

test("a program that saw nothing leaves a proof that no check accepts", () => {
  expect(viewOf("exec /bin/sh: no such file\n")).toEqual({
    ...{ procVersion: "", procCmdline: "", nodeVersion: "", seenBy: "program" },
    dmesg: "nothing could be seen from inside: exec /bin/sh: no such file",
  });
});

test("runc is the node's default: no runtime class", async () => {
  const { cluster, client } = await openClusterFront();
  await client.deploy(deployment("f", "runc"));
  const status = await client.waitReady("f", { timeoutMs: 60_000 });
  expect(cluster.deployments.get("f")?.spec?.template.spec?.runtimeClassName).toBeUndefined();
  expect(client.proofs(status)[0]?.host.pod).toEqual({ node: "node-1", kernelRelease: "6.1.0" });
});

test("a runtime that the cluster lacks is refused, with the command that brings it", async () => {
  const { client } = await openClusterFront();
  await expect(client.deploy(deployment("f", "kalium"))).rejects.toThrow(/no runtime "kalium"[^]*cluster -- up/);
});

test.concurrent("a provider that says yes and changes nothing is found out", async ({ onTestFinished: finished }) => {
  const { cluster, client } = await openClusterFront({ appliedMs: 2_000 }, finished);
  await client.deploy(deployment("f"));
  cluster.putAnswer = { status: 200, body: "" };
  await expect(client.deploy(deployment("f"))).rejects.toThrow(/accepted f, but did not change its Deployment/);
});

test("a function is gone when its pods are, whatever the gateway says", async () => {
  const { cluster, client } = await openClusterFront();
  await client.deploy(deployment("f"));
  await client.waitReady("f", { timeoutMs: 60_000 });
  const removing = client.remove("f", { timeoutMs: 60_000 });
  const leaving = await poll(
    { what: "the pod to be all that is left", timeoutMs: 60_000, intervalMs: 20 },
    async () => {
      const status = await client.describe("f");
      return status?.availableReplicas === 0 ? status : undefined;
    },
  );
  expect(leaving.replicas).toBe(1);
  for (const name of cluster.pods.keys()) cluster.deletePod(name);
  await removing;
  expect(await client.describe("f")).toBeUndefined();
});

test("a pod that was evicted is reported, although another has taken its place", async () => {
  const { cluster, client } = await openClusterFront();
  await client.deploy(deployment("f"));
  await client.waitReady("f", { timeoutMs: 60_000 });
  const [pod] = cluster.pods.values();
  if (pod === undefined) throw new TypeError("there is a pod");
  const conditions = [{ type: "DisruptionTarget", status: "True", message: "Eviction API: evicting" }];
  cluster.setPod(changed(pod, { status: { conditions } }));
  cluster.deletePod(pod.metadata?.name ?? "");
  cluster.setPod(changed(pod, { metadata: { name: "f-new" } }));
  const status = await poll({ what: "the new pod", timeoutMs: 60_000, intervalMs: 20 }, async () => {
    const seen = await client.describe("f");
    return seen?.availableReplicas === 1 ? seen : undefined;
  });
  expect(client.proofs(status).map(({ instance }) => instance)).toEqual(["f-new"]);
  expect(JSON.parse(status.annotations?.[lastExitAnnotation] ?? "null")).toMatchObject({
    kind: "evicted",
    reason: expect.stringContaining("Eviction API: evicting") as string,
  });
});

test("a pod that answers again after its container ended tells why it did", async () => {
  const { cluster, client } = await openClusterFront();
  await client.deploy(deployment("f"));
  await client.waitReady("f", { timeoutMs: 60_000 });
  const [pod] = cluster.pods.values();
  const terminated = { exitCode: 128, reason: "OOMKilled" };
  cluster.setPod(changed(pod ?? {}, { status: withContainer({ restartCount: 1, lastState: { terminated } }) }));
  const status = await poll({ what: "the new instance", timeoutMs: 60_000, intervalMs: 20 }, async () => {
    const seen = await client.describe("f");
    return seen?.availableReplicas === 1 && client.proofs(seen)[0]?.instance.endsWith("-restart-1") ? seen : undefined;
  });
  expect(lastExitReason(status)).toMatch(/ ended: it reached its memory limit\n/);
});

test.concurrent(
  "an image that cannot be pulled ends the wait, with the command that helps",
  async ({ onTestFinished: finished }) => {
    const { cluster, client } = await openClusterFront({}, finished);
    const waiting = { reason: "ImagePullBackOff", message: "Back-off pulling image" };
    cluster.podStatus = () => changed(withContainer({ state: { waiting } }), { phase: "Pending" });
    await client.deploy(deployment("f"));
    await expect(client.waitReady("f", { timeoutMs: 60_000 })).rejects.toThrow(
      /Back-off pulling image\n  -> .*images -- load/,
    );
  },
);

test.concurrent("a gateway that is away is named", async ({ onTestFinished: finished }) => {
  const { cluster, client } = await openClusterFront({}, finished);
  await cluster.stopGateway();
  await expect(client.deploy(deployment("f"))).rejects.toThrow(/does not answer[^]*cluster -- doctor/);
});

test("what was deployed and stored goes with the front, and nothing else", async () => {
  const { cluster, client, front } = await openClusterFront();
  cluster.secrets.set("other", { metadata: { name: "other" } });
  cluster.deployments.set("other", { metadata: { name: "other" }, spec: { selector: {}, template: {} } });
  await client.putSecret("password", "x");
  await client.putSecret("password", "y"); // still OpenFaaS' own
  await client.deploy(deployment("f"));
  await client.waitReady("f", { timeoutMs: 60_000 });
  expect(cluster.secrets.get("password")?.metadata?.labels).toMatchObject({ [labLabel]: "lab1" });
  await front.close();
  expect([...cluster.secrets.keys()]).toEqual(["other"]);
  expect([...cluster.deployments.keys()]).toEqual(["other"]);
  expect(cluster.pods.size).toBe(0);
});

test.concurrent(
  "a function that stays because its node is lost: the wait names the node and the next command",
  async ({ onTestFinished: finished }) => {
    const { cluster, client } = await openClusterFront({}, finished);
    cluster.nodes.set("node-1", readyNode("node-1"));
    await client.deploy(deployment("f"));
    await client.waitReady("f", { timeoutMs: 60_000 });
    cluster.nodes.set("node-1", readyNode("node-1", "Unknown"));
    await expect(client.remove("f", { timeoutMs: 10_000 })).rejects.toThrow(
      /function f to be gone; last seen: node-1, the node of f-\S+, is not ready[^]*-> .*cluster -- doctor/,
    );
    for (const name of cluster.pods.keys()) cluster.deletePod(name);
  },
);

test.concurrent("a node that is lost with the gateway on it is still named", async ({ onTestFinished: finished }) => {
  const { cluster, client } = await openClusterFront({}, finished);
  cluster.nodes.set("node-1", readyNode("node-1"));
  for (const name of ["f", "g"]) await client.deploy(deployment(name));
  for (const name of ["f", "g"]) await client.waitReady(name, { timeoutMs: 60_000 });
  const removing = client.remove("f", { timeoutMs: 15_000 });
  await expect.poll(() => cluster.deployments.has("f")).toBe(false);
  cluster.nodes.set("node-1", readyNode("node-1", "Unknown"));
  await cluster.stopGateway();
  await expect(removing).rejects.toThrow(/function f to be gone; last seen: node-1, the node of f-\S+, is not ready/);
  await expect(client.remove("g")).rejects.toThrow(/gateway \S+ does not answer[^]*; node node-1 is not ready/);
  for (const name of cluster.pods.keys()) cluster.deletePod(name);
});

test("the state of gateway and nodes reaches those who measure", async () => {
  const { cluster, front } = await openClusterFront();
  cluster.nodes.set("a", readyNode("a")).set("b", readyNode("b", "Unknown"));
  const authorization = `Basic ${Buffer.from("admin:secret").toString("base64")}`;
  const answer = await fetch(`${front.url}/cluster/surroundings`, { headers: { authorization } });
  const readyNodes = [{ name: "a", since: readySince.toISOString() }];
  expect(await answer.json()).toEqual({ gateway: [], controller: [], readyNodes });
  expect((await fetch(`${front.url}/cluster/surroundings`)).status).toBe(401);
});

test("what kubelets count reaches those who measure, and a refusal does as one", async () => {
  const { cluster, front } = await openClusterFront();
  const authorization = `Basic ${Buffer.from("admin:secret").toString("base64")}`;
  const ask = () => fetch(`${front.url}/cluster/pod-usage/node-1`, { headers: { authorization } });
  const refused = await ask();
  expect([refused.ok, await refused.text()]).toEqual([false, expect.stringContaining("nodes/proxy")]);
  cluster.summary = { pods: [{ podRef: { name: "p", namespace: "fn" }, memory: { time: "t", workingSetBytes: 7 } }] };
  expect(await (await ask()).json()).toEqual([{ pod: "p", memory: { at: "t", workingSetBytes: 7 } }]);
});
