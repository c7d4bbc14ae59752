import { expect, onTestFinished, test } from "vitest";
import { connectCluster } from "../api/connect.ts";
import { startFakeCluster } from "./fake-cluster.test-support.ts";
import { podUsageOf, readPodUsage } from "./pod-usage.ts";

/** By the types of k8s.io/kubelet/pkg/apis/stats/v1alpha1 as kubelets print them; shortened, numbers made up. */
const summary = {
  node: { nodeName: "node-1", cpu: { time: "2026-11-30T10:00:02Z", usageNanoCores: 1, usageCoreNanoSeconds: 2 } },
  pods: [
    {
      podRef: { name: "f-5d8c-x", namespace: "openfaas-fn", uid: "6e0a" },
      startTime: "2026-11-30T09:59:00Z",
      containers: [{ name: "f", cpu: { time: "2026-11-30T10:00:01Z", usageCoreNanoSeconds: 700 } }],
      cpu: { time: "2026-11-30T10:00:03Z", usageNanoCores: 45_000_000, usageCoreNanoSeconds: 1_912_345_678 },
      memory: {
        ...{ time: "2026-11-30T10:00:03Z", usageBytes: 61_000_000, workingSetBytes: 57_106_432 },
        ...{ rssBytes: 40_000_000, pageFaults: 12, majorPageFaults: 0 },
      },
      network: {
        time: "2026-11-30T10:00:05Z",
        ...{ name: "eth0", rxBytes: 12_345, rxErrors: 0, txBytes: 6_789, txErrors: 0 },
        interfaces: [{ name: "eth0", rxBytes: 12_345, txBytes: 6_789 }],
      },
      volume: [],
      process_stats: { process_count: 9 },
    },
    { podRef: { name: "young-1", namespace: "openfaas-fn", uid: "7f1b" }, cpu: { time: "2026-11-30T10:00:03Z" } },
    { podRef: { name: "coredns-1", namespace: "kube-system", uid: "8a2c" } },
  ],
};

const used = {
  pod: "f-5d8c-x",
  cpu: { at: "2026-11-30T10:00:03Z", ns: 1_912_345_678 },
  memory: { at: "2026-11-30T10:00:03Z", workingSetBytes: 57_106_432 },
  network: { at: "2026-11-30T10:00:05Z", receivedBytes: 12_345, sentBytes: 6_789 },
};

test("whole pods of the namespace, each count with its time; what the kubelet does not tell is absent", () => {
  expect(podUsageOf(summary, "openfaas-fn")).toEqual([used, { pod: "young-1" }]);
  expect(podUsageOf({ pods: [] }, "openfaas-fn")).toEqual([]);
  expect(() => podUsageOf({ message: "no" }, "openfaas-fn")).toThrow(/pods/);
});

test("it is read through the API server, and a refusal names what the user may not do", async () => {
  const fake = await startFakeCluster();
  onTestFinished(() => fake[Symbol.asyncDispose]());
  const cluster = connectCluster(fake.kubeconfig);
  const asked = { node: "node-1", namespace: "openfaas-fn" };
  await expect(readPodUsage(cluster, asked)).rejects.toThrow(/usage of pods on node node-1[^]*nodes\/proxy/);
  fake.summary = summary;
  expect(await readPodUsage(cluster, asked)).toEqual([used, { pod: "young-1" }]);
});
