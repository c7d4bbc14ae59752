import type { V1EndpointSlice } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { readEndpoints, type FunctionObjects } from "./function-state.ts";

const replicaSet = (hash: string, revision: string) => ({
  metadata: {
    name: `echo-${hash}`,
    annotations: { "deployment.kubernetes.io/revision": revision },
    ownerReferences: [{ uid: "u1", name: "echo", kind: "Deployment", apiVersion: "apps/v1" }],
  },
});
const endpoint = (pod: string, ip: string, conditions: object = { ready: true }) => ({
  addresses: [ip],
  conditions,
  targetRef: { kind: "Pod", name: pod },
});
const slice = (...endpoints: ReturnType<typeof endpoint>[]): V1EndpointSlice => ({ addressType: "IPv4", endpoints });

const objects = (changes: { generation?: number; slices: V1EndpointSlice[] }): FunctionObjects => ({
  deployment: {
    metadata: {
      name: "echo",
      uid: "u1",
      generation: changes.generation ?? 2,
      annotations: { "deployment.kubernetes.io/revision": "2" },
    },
    status: { observedGeneration: 2 },
  },
  replicaSets: [replicaSet("aaa", "1"), replicaSet("bbb", "2")],
  slices: changes.slices,
});
const pods = (found: readonly { readonly pod: string }[]): readonly string[] => found.map(({ pod }) => pod);

test("ready pods of the current revision are available and called", () => {
  const { current, called } = readEndpoints(
    objects({ slices: [slice(endpoint("echo-bbb-1", "10.0.0.1")), slice(endpoint("echo-bbb-2", "10.0.0.2"))] }),
  );
  expect(pods(current)).toEqual(["echo-bbb-1", "echo-bbb-2"]);
  expect(called).toEqual(current);
});

test("pods of the last revision are called until the new one has a ready pod, and are never counted", () => {
  const old = endpoint("echo-aaa-1", "10.0.0.1");
  const before = readEndpoints(objects({ slices: [slice(old, endpoint("echo-bbb-1", "10.0.0.2", { ready: false }))] }));
  expect([pods(before.current), pods(before.called)]).toEqual([[], ["echo-aaa-1"]]);
  const after = readEndpoints(objects({ slices: [slice(old, endpoint("echo-bbb-1", "10.0.0.2"))] }));
  expect([pods(after.current), pods(after.called)]).toEqual([["echo-bbb-1"], ["echo-bbb-1"]]);
});

test("a change that the controller has not seen yet makes nothing available", () => {
  const { current, called } = readEndpoints(
    objects({ generation: 3, slices: [slice(endpoint("echo-bbb-1", "10.0.0.1"))] }),
  );
  expect([pods(current), pods(called)]).toEqual([[], ["echo-bbb-1"]]);
});

test("terminating pods are not called, and a slice without endpoints has none", () => {
  const terminating = endpoint("echo-bbb-1", "10.0.0.1", { ready: true, terminating: true });
  const empty = { addressType: "IPv4", endpoints: null } as unknown as V1EndpointSlice;
  expect(readEndpoints(objects({ slices: [slice(terminating), empty] })).called).toEqual([]);
});
