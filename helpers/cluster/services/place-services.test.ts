import { expect, test } from "vitest";
import type { Cluster } from "../api/connect.ts";
import type { NamedObject } from "../api/objects.ts";
import { localShell } from "../nodes/local-shell.test-support.ts";
import type { NodeShell } from "../nodes/node-shell.ts";
import type { PreparedNode } from "../nodes/prepared-node.ts";
import { placeServices, type ServicesChoice } from "./place-services.ts";

/** A node that gets no connection to this machine. */
const deafShell: NodeShell = { ...localShell, run: () => Promise.resolve({ code: 1, stdout: "", stderr: "" }) };

async function place(choice: ServicesChoice, shell: NodeShell) {
  const applied: NamedObject[] = [];
  const removed: string[] = [];
  const pod = {
    metadata: { name: "services-1" },
    spec: { nodeName: "n" },
    status: { podIP: "10.88.0.9", containerStatuses: [{ state: { running: {} } }] },
  };
  const cluster = {
    ask: (_: string, request: () => unknown) => request(),
    objects: {
      read: () => Promise.resolve(undefined),
      patch: (object: NamedObject) => Promise.resolve(applied.push(object)),
      delete: ({ metadata }: NamedObject) => Promise.resolve(removed.push(metadata.name)),
    },
    core: { listNamespacedPod: () => Promise.resolve({ items: [pod] }) },
  } as unknown as Cluster;
  const lines: string[] = [];
  const facts = await placeServices(cluster, {
    runId: "r1",
    choice: { image: "registry.example/services:1", ...choice },
    nodes: [{ shell } as PreparedNode],
    nodeAddress: "127.0.0.1",
    buildImage: () => Promise.reject(new TypeError("an image was named")),
    report: (line) => void lines.push(line),
  });
  return { facts, lines, removed, applied: applied.map(({ kind, metadata }) => `${kind} ${metadata.name}`) };
}

test("where a node reaches this machine the services are here, and the pod of an earlier `up` goes", async () => {
  expect(await place({ kind: "auto" }, localShell)).toMatchObject({
    facts: { kind: "host", address: "127.0.0.1" },
    applied: [],
    removed: ["kalium-bench-services"],
  });
});

test("where none does they are in a pod, and `up` says why", async () => {
  const { facts, lines, applied } = await place({ kind: "auto" }, deafShell);
  expect(facts).toEqual({ kind: "pod", image: "registry.example/services:1" });
  expect(applied).toEqual(["Deployment kalium-bench-services"]);
  expect(lines.join("\n")).toMatch(/cannot reach this machine[^]*services in pod kalium-bench\/services-1 on n/);
});

test("a pod that was asked for needs no look at this machine", async () => {
  expect((await place({ kind: "pod" }, localShell)).facts).toMatchObject({ kind: "pod" });
});

test.for<ServicesChoice>([{ kind: "host" }, { kind: "auto", clientAddress: "127.0.0.1" }])(
  "this machine was asked for and no node reaches it: an error, never a pod instead: %o",
  async (choice) => {
    await expect(place(choice, deafShell)).rejects.toThrow(/cannot reach this machine[^]*--client-address/);
  },
);
