import type { V1Deployment } from "@kubernetes/client-node";
import { poll } from "../../base/deadline.ts";
import { KaliumError } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { readObject } from "../api/objects.ts";
import { describePod } from "../api/pod-state.ts";
import { partLabel, runLabel } from "../names.ts";

/** A Deployment of ours with one pod. */
export interface OnePodDeployment {
  readonly runId: string;
  /** Value of `partLabel`. */
  readonly part: string;
  /** What is waited for, for people. */
  readonly what: string;
  readonly namespace: string;
  /** Of the Deployment. */
  readonly name: string;
  readonly image: string;
  /** What to do when no node can pull it. */
  readonly imageHint: string;
  readonly timeoutMs: number;
}

/**
 * Address of its pod once that is ready and the only one: a pod of an older template must not answer in its place.
 * @throws {KaliumError} E_CLUSTER for an image that cannot be pulled, E_TIMEOUT with the pod's reason
 */
export async function readyPod(cluster: Cluster, service: OnePodDeployment): Promise<string> {
  const { runId, part, what, namespace, name, image, imageHint, timeoutMs } = service;
  let seen = "no pod was made";
  const labelSelector = `${runLabel}=${runId},${partLabel}=${part}`;
  const header = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace } };
  return poll({ what, timeoutMs, intervalMs: 500, lastReason: () => seen }, async () => {
    const { items } = await cluster.ask(`list pods in ${namespace}`, () =>
      cluster.core.listNamespacedPod({ namespace, labelSelector }),
    );
    const current = items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
    seen = current.map(describePod).join("; ") || seen;
    if (/^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName)/.test(seen)) {
      throw new KaliumError("E_CLUSTER", `the nodes cannot pull ${image}: ${seen}`, { hint: imageHint });
    }
    const deployment = (await readObject(cluster, header)) as V1Deployment | undefined;
    const isCurrent = deployment?.status?.observedGeneration === deployment?.metadata?.generation;
    const ready = current.find(({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
    );
    return isCurrent && current.length === 1 ? ready?.status?.podIP : undefined;
  });
}
