/** Objects of Kubernetes with fields that are missing, null or of another type: readers give a value, watches go on. */
import { V1Deployment, V1EndpointSlice, V1Node, V1Pod, V1ReplicaSet } from "@kubernetes/client-node";
import fc from "fast-check";
import { expect, test } from "vitest";
import { describePod } from "../../cluster/api/pod-state.ts";
import { takeEvent } from "../../cluster/api/readable-informer.ts";
import { readableAnswer, readableObject } from "../../cluster/api/readable-object.ts";
import { parseFacts } from "../../cluster/facts.ts";
import { isHeld } from "../../cluster/front/hold.ts";
import { instanceOf, podRuns } from "../../cluster/front/pod-proof.ts";
import { admissionTrouble, troubleOf } from "../../cluster/front/pod-trouble.ts";
import { podUsageOf } from "../../cluster/front/pod-usage.ts";
import { watchStrays } from "../../cluster/front/strays.ts";
import { isApplied, isCurrent, isExposed, patchOf, type Wanted } from "../../cluster/front/wanted.ts";
import { nodeFacts, unfit } from "../../cluster/nodes/select-nodes.ts";
import { readEndpoints } from "../../cluster/provider/function-state.ts";
import { requestOf } from "../../cluster/provider/function-objects.ts";
import { editionOf } from "../../cluster/services/openfaas-edition.ts";
import { someFacts } from "../../cluster/testing/some-facts.ts";
import { applyFieldEdits, fieldEditsWith } from "./altered-fields.test-support.ts";
import { alteredRuns, expectOwn } from "./altered.test-support.ts";

const labels = { faas_function: "echo", "kalium-bench/deployment": "d1" };
const ended = { exitCode: 137, reason: "OOMKilled", message: "m", finishedAt: "2026-01-01T00:00:00Z" };
const container = {
  name: "echo",
  image: "registry:5000/kb/echo:1",
  imagePullPolicy: "Always",
  env: [{ name: "fprocess", value: "node" }],
  resources: { limits: { memory: "64Mi" }, requests: { cpu: "1M" } },
  livenessProbe: { httpGet: { path: "/_/health", port: 8080 }, failureThreshold: 3 },
};
const podSpec = {
  nodeName: "node-1",
  runtimeClassName: "gvisor",
  nodeSelector: { "kubernetes.io/hostname": "node-1" },
  containers: [container],
  volumes: [{ name: "v", projected: { sources: [{ secret: { name: "s" } }] } }],
  imagePullSecrets: [{ name: "p" }],
};
const conditions = [
  { type: "Ready", status: "False", reason: "r", message: "m", lastTransitionTime: "2026-01-01T00:00:00Z" },
  { type: "PodScheduled", status: "True" },
  { type: "ReplicaFailure", status: "True", message: 'RuntimeClass "x" not found' },
];
const pod = {
  metadata: { name: "echo-bbb-1", namespace: "openfaas-fn", labels, resourceVersion: "7" },
  spec: podSpec,
  status: {
    phase: "Pending",
    conditions,
    podIP: "10.0.0.2",
    containerStatuses: [
      {
        name: "echo",
        image: "i",
        imageID: "",
        ready: false,
        restartCount: 2,
        lastState: { terminated: ended },
        state: { waiting: { reason: "ImagePullBackOff", message: "m" } },
      },
    ],
  },
};
const revision = { "deployment.kubernetes.io/revision": "2" };
const deployment = {
  metadata: { name: "echo", namespace: "openfaas-fn", uid: "u1", generation: 2, annotations: revision, labels },
  spec: { replicas: 1, selector: {}, template: { metadata: { labels, annotations: { a: "b" } }, spec: podSpec } },
  status: { observedGeneration: 2, conditions },
};
const replicaSet = { metadata: { name: "echo-bbb", annotations: revision, ownerReferences: [{ uid: "u1" }] } };
const slice = {
  addressType: "IPv4",
  endpoints: [{ addresses: ["10.0.0.2"], conditions: { ready: true }, targetRef: { kind: "Pod", name: "echo-bbb-1" } }],
};
const node = {
  metadata: { name: "node-1" },
  spec: { taints: [{ key: "k", effect: "NoSchedule" }], unschedulable: false },
  status: {
    conditions: [{ type: "Ready", status: "True" }],
    addresses: [{ type: "InternalIP", address: "10.0.0.1" }],
    nodeInfo: {
      architecture: "amd64",
      operatingSystem: "linux",
      osImage: "o",
      kernelVersion: "6",
      kubeletVersion: "v1",
      containerRuntimeVersion: "containerd://1",
    },
  },
};
const identity = { runtime: "gvisor", version: "", binary: "", sha256: "", network: "netstack" } as const;
const wanted: Wanted = {
  ...{ name: "echo", image: "i", othersImage: false, readiness: { path: "/" }, identity, runtimeClass: "runc" },
  ...{ node: "node-1", deployment: "d1", labels, release: { limits: {}, requests: {} } },
};

function readPod(value: V1Pod): void {
  const strays = watchStrays();
  strays.expect(wanted);
  strays.look(value);
  const told = [describePod(value), instanceOf(value), troubleOf(value, { events: ["sandbox: x"] })?.reason ?? ""];
  expect(told.map((each) => typeof each)).toEqual(["string", "string", "string"]);
  expect(
    [podRuns(value), isCurrent(value, wanted), isHeld(value.spec)].every((each) => typeof each === "boolean"),
  ).toBe(true);
}

function readDeployment(value: V1Deployment): void {
  admissionTrouble(value);
  isApplied(value, wanted);
  isExposed(value, wanted);
  JSON.stringify(patchOf(value, wanted) ?? {});
  requestOf(value);
}

type Reader = readonly [valid: object, model: new () => object, read: (value: never) => unknown];
const endpointsOf = (given: Partial<Parameters<typeof readEndpoints>[0]>): void => {
  const objects = { deployment, replicaSets: [replicaSet], slices: [slice], ...given };
  for (const { pod: name, ip } of readEndpoints(objects as Parameters<typeof readEndpoints>[0]).called) {
    expect([typeof name, typeof ip]).toEqual(["string", "string"]);
  }
};
const readers: Readonly<Record<string, Reader>> = {
  "a pod": [pod, V1Pod, readPod],
  "a Deployment": [deployment, V1Deployment, readDeployment],
  "a Deployment's revision": [deployment, V1Deployment, (value: V1Deployment) => endpointsOf({ deployment: value })],
  "a ReplicaSet": [replicaSet, V1ReplicaSet, (value: V1ReplicaSet) => endpointsOf({ replicaSets: [value] })],
  "an EndpointSlice": [slice, V1EndpointSlice, (value: V1EndpointSlice) => endpointsOf({ slices: [value] })],
  "a node": [node, V1Node, (value: V1Node) => [unfit(value), nodeFacts(value)]],
};

test.for(Object.entries(readers))(
  "%s, altered: read as a watch and as a request bring it",
  ([, [valid, model, read]]) => {
    const type = model.name;
    const readAll = (object: unknown): void => {
      const watched = readableObject(object, type);
      if (watched !== undefined) read(watched as never);
      if (typeof object !== "object" || object === null || Array.isArray(object)) return;
      read(readableAnswer(Object.defineProperties(new model(), Object.getOwnPropertyDescriptors(object))) as never);
    };
    expect(readableObject(valid, type)).toEqual(valid);
    readAll(valid);
    const property = fc.property(fieldEditsWith(), (edits) => readAll(applyFieldEdits(valid, edits)));
    fc.assert(property, { numRuns: alteredRuns, seed: 1 });
  },
);

test("events of a watch, altered: taken or left, and nothing is thrown where nobody hears it", async () => {
  const failures: unknown[] = [];
  const phases = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR", "__proto__", undefined] as unknown as string[];
  const onEvent = (phase: string, object: V1Pod): void => {
    if (!["ADDED", "MODIFIED", "DELETED"].includes(phase)) return;
    expect([typeof object.metadata?.name, typeof object.metadata?.namespace]).toEqual(["string", "string"]);
    readPod(object);
  };
  const property = fc.property(fc.constantFrom(...phases), fieldEditsWith(), (phase, edits) => {
    takeEvent({ phase, object: applyFieldEdits(pod, edits), type: "V1Pod" }, onEvent, (error) => failures.push(error));
  });
  fc.assert(property, { numRuns: alteredRuns, seed: 1 });
  takeEvent(
    { phase: "ADDED", object: pod, type: "V1Pod" },
    () => Promise.reject(new Error("mine")),
    (error) => failures.push(error),
  );
  await expect.poll(() => failures.map(String)).toEqual(["Error: mine"]);
});

const usage = {
  pods: [
    {
      podRef: { name: "echo", namespace: "openfaas-fn" },
      cpu: { time: "t", usageCoreNanoSeconds: 1 },
      memory: { time: "t", workingSetBytes: 1 },
      network: { time: "t", rxBytes: 1, txBytes: 2 },
    },
  ],
};
const information = {
  provider: { provider: "faas-netes-ce", version: { release: "0.18.12" } },
  version: { release: "0.27" },
  limits: { functions: 15, replicas: 5 },
};

test.for([
  ["a node's counts of pods", usage, (value: unknown) => podUsageOf(value, "openfaas-fn")],
  ["what a gateway says of itself", information, editionOf],
  [
    "what `cluster up` has written down",
    someFacts,
    (value: unknown) => parseFacts(value === undefined ? "" : JSON.stringify(value)),
  ],
] as const)("%s, altered", async ([, valid, read]) => {
  read(valid);
  const property = fc.asyncProperty(fieldEditsWith(), (edits) => expectOwn(() => read(applyFieldEdits(valid, edits))));
  await fc.assert(property, { numRuns: alteredRuns, seed: 1 });
});
