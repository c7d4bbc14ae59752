import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { admissionTrouble, troubleOf } from "./pod-trouble.ts";

const status = (container: Partial<V1ContainerStatus> = {}): NonNullable<V1Pod["status"]> => ({
  containerStatuses: [{ name: "f", image: "some/f:1", imageID: "", ready: false, restartCount: 0, ...container }],
});
const pod = (state: V1Pod["status"]): V1Pod => ({
  metadata: { name: "f-1", namespace: "fn" },
  spec: { containers: [], nodeName: "node-1" },
  ...(state && { status: state }),
});

test("a pod that is only starting, or runs, needs no attention", () => {
  expect(troubleOf(pod(status({ state: { waiting: { reason: "ContainerCreating" } } })))).toBeUndefined();
  expect(troubleOf(pod(status({ state: { running: {} } })))).toBeUndefined();
  expect(troubleOf({})).toBeUndefined();
});

test("an image is tried again once, then given up", () => {
  const waiting = (reason: string) => status({ state: { waiting: { reason, message: "no such host" } } });
  expect(troubleOf(pod(waiting("ErrImagePull")))).toMatchObject({ kind: "image", final: false });
  const given = troubleOf(pod(waiting("ImagePullBackOff")));
  expect(given).toMatchObject({ kind: "image", final: true, reason: "some/f:1 cannot be pulled: no such host" });
  expect(given?.hint).toContain("npm run images -- load");
});

test.each([
  ["kalium-bench/f:1", "IfNotPresent", /^npm run images -- load/],
  ["kalium-bench/f:1", "Always", /loaded images: npm run images -- push --registry REGISTRY.*KALIUM_IMAGE_REGISTRY/],
  [
    "registry.example:5000/kalium-bench/f:1",
    "IfNotPresent",
    /queries the registry: .* push --registry registry\.example:5000,/,
  ],
  ["registry.example:5000/kalium-bench/f:1", "Always", /loaded images: .* push --registry registry\.example:5000,/],
])("where %s is pulled %s, the hint is what helps there", (image, imagePullPolicy, hint) => {
  const waiting = pod(status({ state: { waiting: { reason: "ErrImagePull" } } }));
  const spec = { nodeName: "node-1", containers: [{ name: "f", image, imagePullPolicy }] };
  expect(troubleOf({ ...waiting, spec })?.hint).toMatch(hint);
});

test("a crash is reported with its exit code, and given up when it comes again and again", () => {
  const terminated = { exitCode: 7 };
  const crashed = (restartCount: number) =>
    troubleOf(
      pod(status({ restartCount, lastState: { terminated }, state: { waiting: { reason: "CrashLoopBackOff" } } })),
    );
  expect(crashed(1)).toMatchObject({ kind: "crash", final: false });
  expect(crashed(2)).toMatchObject({ final: true, reason: "f-1 ended 3 times, last: exit code 7" });
  expect(crashed(2)?.hint).toBe("Run kubectl -n fn logs f-1 --previous");
  const killed = status({ lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } } });
  expect(troubleOf(pod(killed))?.reason).toBe("f-1 ended: it reached its memory limit");
});

test("an eviction and a lost node are distinguished from what the function did itself", () => {
  const evicted = { ...status(), reason: "Evicted", message: "The node was low on memory." };
  expect(troubleOf(pod(evicted))).toMatchObject({
    kind: "evicted",
    reason: "f-1 was evicted from node-1: The node was low on memory.",
  });
  expect(troubleOf(pod(status()), { nodeReady: false })).toMatchObject({
    kind: "node-lost",
    reason: "node-1, the node of f-1, is not ready",
  });
});

test("a pod that cannot be scheduled says why", () => {
  const message = "0/1 nodes are available: 1 Insufficient memory.";
  const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }];
  expect(troubleOf(pod({ conditions }))).toMatchObject({
    kind: "unschedulable",
    reason: `f-1 cannot be scheduled: ${message}`,
  });
});

test("a node without the runtime's handler, and an API server without its class, name the same next command", () => {
  const event = 'FailedCreatePodSandBox: no runtime for "gvisor" is configured';
  expect(troubleOf(pod({}), { events: [event] })).toMatchObject({
    kind: "runtime-class",
    final: true,
    hint: "Run `npm run cluster -- up`.",
  });
  const message = 'pods "f-1" is forbidden: pod rejected: RuntimeClass "gvisor" not found';
  const conditions = [{ type: "ReplicaFailure", status: "True", message }];
  expect(admissionTrouble({ status: { conditions } })).toMatchObject({
    kind: "runtime-class",
    hint: "Run `npm run cluster -- up`.",
  });
  expect(admissionTrouble({ status: { conditions: [{ type: "Available", status: "True" }] } })).toBeUndefined();
  const quota = [{ type: "ReplicaFailure", status: "True", message: "exceeded quota: pods=5" }];
  expect(admissionTrouble({ status: { conditions: quota } })).toMatchObject({ kind: "rejected", final: true });
});

test("another failure of the sandbox is reported, and may pass", () => {
  const event = "FailedCreatePodSandBox: Failed to create pod sandbox: no space left";
  expect(troubleOf(pod({}), { events: [event] })).toMatchObject({ kind: "create", final: false });
});
