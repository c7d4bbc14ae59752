import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { V1Node, V1Pod } from "@kubernetes/client-node";
import { expect, onTestFinished, test } from "vitest";
import type { Cluster } from "../api/connect.ts";
import type { ClusterFacts } from "../facts.ts";
import { factsKey } from "../names.ts";
import { someFacts } from "../testing/some-facts.ts";
import { checkClient } from "./client.ts";

/** What is asked of it here: nodes, the facts, pods. */
const clusterWith = (address: string, facts?: ClusterFacts, pods: readonly V1Pod[] = []): Cluster => {
  const node: V1Node = { metadata: { name: "n" }, status: { addresses: [{ type: "InternalIP", address }] } };
  const core = {
    listNode: () => Promise.resolve({ items: [node] }),
    readNamespacedConfigMap: () => Promise.resolve(facts && { data: { [factsKey]: JSON.stringify(facts) } }),
    listNamespacedPod: () => Promise.resolve({ items: pods }),
  };
  return { core, ask: (_: string, request: () => unknown) => request() } as unknown as Cluster;
};
const elsewhere = "192.0.2.1";
const running: V1Pod = {
  metadata: { name: "services-1" },
  spec: { nodeName: "n", containers: [] },
  status: {
    phase: "Running",
    podIP: "10.88.0.9",
    containerStatuses: [
      { name: "services", image: "i", imageID: "", ready: true, restartCount: 0, state: { running: {} } },
    ],
  },
};

test("before `up` it says where this machine is, and that `up` will find out", async () => {
  const [near] = await checkClient(clusterWith("127.0.0.1"));
  expect(near).toMatchObject({
    state: "note",
    found: expect.stringMatching(/the host of a node.*otherwise in a pod/) as string,
  });
  const [far] = await checkClient(clusterWith(elsewhere));
  expect(far?.found).toMatch(/^this machine is not one of the nodes/);
});

test("services that pods expect on another machine are an error with the next command", async () => {
  const facts: ClusterFacts = { ...someFacts, services: { kind: "host", address: elsewhere } };
  await expect(checkClient(clusterWith(elsewhere, facts))).rejects.toThrow(/192\.0\.2\.1[^]*up --services pod/);
});

test("a pod for the services is reported with its node, and one that does not run is an error", async () => {
  const facts: ClusterFacts = {
    ...someFacts,
    services: { kind: "pod", image: "i" },
    gateway: { ...someFacts.gateway, urls: [] },
  };
  const [services, way] = await checkClient(clusterWith(elsewhere, facts, [running]));
  expect(services?.found).toMatch(/not one of the nodes; runs start their services in kalium-bench\/services-1 on n/);
  expect(way).toMatchObject({ state: "note", next: expect.stringContaining("KALIUM_GATEWAY_URL") as string });
  await expect(checkClient(clusterWith(elsewhere, facts))).rejects.toThrow(/there is none[^]*up --services pod/);
});

test("an address of the gateway that answers this machine is where measured calls go", async () => {
  const server = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gateway = { ...someFacts.gateway, urls: [{ via: "node-port" as const, url }] };
  const facts: ClusterFacts = { ...someFacts, services: { kind: "host", address: "127.0.0.1" }, gateway };
  const [services, way] = await checkClient(clusterWith(elsewhere, facts));
  expect(services?.found).toMatch(/pods reach its services at 127\.0\.0\.1/);
  expect(way).toEqual({ subject: "measured calls", state: "good", found: `go to ${url} (node-port)` });
});
