import type { V1ContainerState, V1Pod } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { describePod } from "./pod-state.ts";

const podWith = (state: V1ContainerState, lastState?: V1ContainerState): V1Pod => ({
  status: {
    phase: "Pending",
    containerStatuses: [
      { name: "f", image: "i", imageID: "", ready: false, restartCount: 1, state, ...(lastState && { lastState }) },
    ],
  },
});

test.for<[string, V1Pod, string]>([
  [
    "an image that is not there",
    podWith({ waiting: { reason: "ImagePullBackOff", message: 'Back-off pulling image "x"' } }),
    'ImagePullBackOff: Back-off pulling image "x"',
  ],
  [
    "a program that ends again and again",
    podWith({ waiting: { reason: "CrashLoopBackOff" } }, { terminated: { exitCode: 137, reason: "OOMKilled" } }),
    "CrashLoopBackOff; last time: exit code 137",
  ],
  ["an end", podWith({ terminated: { exitCode: 2, reason: "Error" } }), "Error: exit code 2"],
  [
    "an eviction",
    { status: { phase: "Failed", reason: "Evicted", message: "low on memory" } },
    "Evicted: low on memory",
  ],
  [
    "no node for it",
    {
      status: {
        phase: "Pending",
        conditions: [
          { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes are available" },
        ],
      },
    },
    "Unschedulable: 0/1 nodes are available",
  ],
  ["a running one", { status: { phase: "Running" } }, "Running"],
  [
    "one on its way out",
    { metadata: { deletionTimestamp: new Date() }, status: { phase: "Running" } },
    "is being deleted",
  ],
])("%s is reported in one line", ([, pod, expected]) => {
  expect(describePod(pod)).toBe(expected);
});
