import type { V1Deployment, V1EndpointSlice, V1ReplicaSet } from "@kubernetes/client-node";
import type { PodEndpoint } from "./pod-target.ts";

/** What the cluster holds of one function. */
export interface FunctionObjects {
  readonly deployment: V1Deployment;
  readonly replicaSets: readonly V1ReplicaSet[];
  readonly slices: readonly V1EndpointSlice[];
}

const revisionAnnotation = "deployment.kubernetes.io/revision";

/**
 * The ready pods of the current revision, and those that calls go to: the same, or those of the last one while a
 * changed function has no ready pod yet. OpenFaaS counts old pods as available, which hides that a change is not done.
 */
export function readEndpoints(objects: FunctionObjects): {
  readonly current: readonly PodEndpoint[];
  readonly called: readonly PodEndpoint[];
} {
  const ready = readyEndpoints(objects.slices);
  const prefix = currentPodPrefix(objects);
  const current = prefix === undefined ? [] : ready.filter(({ pod }) => pod.startsWith(prefix));
  return { current, called: current.length > 0 ? current : ready };
}

/** Pods are named after their ReplicaSet. `undefined`: the controller has not seen the last change yet. */
function currentPodPrefix({ deployment, replicaSets }: FunctionObjects): string | undefined {
  const { metadata, status } = deployment;
  if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) return undefined;
  const revision = metadata?.annotations?.[revisionAnnotation];
  const current = replicaSets.find(
    (set) =>
      revision !== undefined &&
      set.metadata?.annotations?.[revisionAnnotation] === revision &&
      set.metadata.ownerReferences?.some(({ uid }) => uid === metadata?.uid) === true,
  );
  return current?.metadata?.name === undefined ? undefined : `${current.metadata.name}-`;
}

function readyEndpoints(slices: readonly V1EndpointSlice[]): readonly PodEndpoint[] {
  const byPod = new Map<string, PodEndpoint>();
  for (const { endpoints } of slices) {
    // An absent or null list is what a slice without endpoints has.
    for (const { addresses, conditions, targetRef } of (endpoints as V1EndpointSlice["endpoints"] | null) ?? []) {
      const [ip] = addresses;
      const usable = conditions?.ready === true && conditions.terminating !== true;
      if (usable && ip !== undefined && targetRef?.name !== undefined) {
        byPod.set(targetRef.name, { pod: targetRef.name, ip });
      }
    }
  }
  return [...byPod.values()];
}
