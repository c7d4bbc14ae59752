/** A provider that makes a deployment's first pod at once, without its runtime class, and always pulls images. */
import type { V1Deployment } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { openClusterFront } from "./front-bed.test-support.ts";
import { isHeld } from "./hold.ts";
import { changed } from "./merge-patch.test-support.ts";

const identity = { version: "1", binary: "/opt/runsc", sha256: "ab", network: "netstack" } as const;
const of = (runtime: string) => ({
  service: "f",
  image: "kalium-bench/f:1",
  annotations: { "com.openfaas.profile": runtime },
});
const ready = { timeoutMs: 10_000 };

const open = () =>
  openClusterFront({
    runtimes: [
      { identity: { ...identity, runtime: "gvisor" }, runtimeClass: "gvisor" },
      { identity: { ...identity, runtime: "gvisor-ref" }, runtimeClass: "gvisor-ref" },
      { identity: { ...identity, runtime: "runc" } },
    ],
  });

const containerIn = ({ deployments }: { readonly deployments: ReadonlyMap<string, V1Deployment> }) =>
  deployments.get("f")?.spec?.template.spec?.containers[0];

test("no pod gets a node before it has its runtime class, on a deployment and on each update", async () => {
  const { cluster, client } = await open();
  for (const runtime of ["gvisor", "gvisor-ref", "gvisor"]) {
    await client.deploy(of(runtime));
    await client.waitReady("f", ready);
  }
  expect(cluster.started).toEqual(["gvisor", "gvisor-ref", "gvisor"]);
  await client.deploy(of("runc"));
  await client.waitReady("f", ready);
  expect(cluster.started.at(-1)).toBe("");
});

test("the pod that runs has the resources that were asked for, and takes an image from its node", async () => {
  const { cluster, client } = await open();
  const requests = { cpu: "100m", memory: "64Mi" };
  await client.deploy({ ...of("gvisor"), requests, limits: { cpu: "2", memory: "128Mi" } });
  await client.waitReady("f", ready);
  expect(containerIn(cluster)).toMatchObject({
    resources: { requests, limits: { cpu: "2", memory: "128Mi" } },
    imagePullPolicy: "IfNotPresent",
  });
  await client.deploy(of("gvisor"));
  await client.waitReady("f", ready);
  expect(containerIn(cluster)?.resources).toEqual({ limits: {}, requests: {} });
});

test("a slow start is not taken for a dead function", async () => {
  const { cluster, client } = await open();
  cluster.startsSlowly = true;
  await client.deploy({ ...of("gvisor"), envVars: { kept: "1" } });
  await client.waitReady("f", ready);
  const env = Object.fromEntries((containerIn(cluster)?.env ?? []).map(({ name, value }) => [name, value]));
  expect(env).toEqual({ early_health: "true", kept: "1" });
  expect(containerIn(cluster)?.livenessProbe).toMatchObject({ timeoutSeconds: 10, failureThreshold: 12 });
});

test("the function is available when the last pod of the deployment before has gone", async () => {
  const { cluster, client } = await open();
  await client.deploy(of("gvisor"));
  await client.waitReady("f", ready);
  cluster.endMs = 300;
  await client.deploy(of("gvisor"));
  const status = await client.waitReady("f", ready);
  expect([...cluster.pods.keys()]).toEqual(client.placements(status).map(({ pod }) => pod));
  cluster.endMs = 0;
});

test("a provider that drops the hold is found out: the function is removed, and the error says what may have run", async () => {
  const { cluster, client } = await open();
  cluster.dropsResources = true;
  await expect(client.deploy(of("gvisor"))).rejects.toThrow(
    /may have run outside their runtime[^]*the function was removed[^]*-> .*--gateway own/,
  );
  expect(cluster.deployments.has("f")).toBe(false);
  await client.deploy(of("runc")); // which is the node's default
  await client.waitReady("f", ready);
});

test("a pod that somebody starts outside its runtime makes the function unavailable until it is removed", async () => {
  const { cluster, client } = await open();
  await client.deploy(of("gvisor"));
  await client.waitReady("f", ready);
  const [pod] = cluster.pods.values();
  if (pod === undefined) throw new TypeError("there is a pod");
  cluster.setPod(changed(pod, { metadata: { name: "f-stray" }, spec: { runtimeClassName: null } }));
  cluster.deletePod("f-stray");
  await expect.poll(async () => (await client.describe("f"))?.availableReplicas).toBe(0);
  await expect(client.waitReady("f", ready)).rejects.toThrow(
    /f-stray was started on node-1 under RuntimeClass \(none\) instead of gvisor/,
  );
});

test("while a pod is held, nobody learns that it cannot be scheduled", async () => {
  const { cluster, client } = await open();
  await client.deploy(of("gvisor"));
  await client.waitReady("f", ready);
  const [pod] = cluster.pods.values();
  if (pod === undefined) throw new TypeError("there is a pod");
  const containers = [{ name: "f", resources: { requests: { cpu: "1M" } } }];
  expect(isHeld({ containers })).toBe(true);
  const conditions = [{ type: "PodScheduled", status: "False", message: "Insufficient cpu" }];
  const waiting = { metadata: { name: "f-held" }, spec: { nodeName: null, containers } };
  cluster.setPod({ ...changed(pod, waiting), status: { conditions } });
  await expect.poll(async () => (await client.describe("f"))?.availableReplicas).toBe(0);
  expect(JSON.stringify(await client.describe("f"))).not.toContain("cannot be scheduled");
});
