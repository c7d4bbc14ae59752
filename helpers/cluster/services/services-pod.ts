import type { V1Deployment } from "@kubernetes/client-node";
import { poll } from "../../base/deadline.ts";
import { KaliumError } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { applyObject, type NamedObject, removalTimeoutMs, removeObject } from "../api/objects.ts";
import { describePod } from "../api/pod-state.ts";
import { labelsOf, nodeLabel, partLabel, runLabel, systemNamespace } from "../names.ts";
import { unprivileged } from "../unprivileged.ts";

/** Where the services of runs are started; beside it in the namespace are only our helpers on the nodes. */
export interface ServicesPod {
  readonly namespace: string;
  readonly pod: string;
  /** As functions reach it. */
  readonly address: string;
  readonly node: string;
}

export const servicesContainer = "services";
const name = "kalium-bench-services";
const startTimeoutMs = 120_000;

/**
 * No Service: functions use the pod's own address, so no rule of a proxy is in their latencies; and a pod that goes
 * takes the services of the run with it in any case.
 */
export const servicesDeployment = (runId: string, image: string): V1Deployment & NamedObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: systemNamespace, labels: labelsOf(runId, "services") },
  spec: {
    replicas: 1,
    strategy: { type: "Recreate" },
    selector: { matchLabels: { [partLabel]: "services", [runLabel]: runId } },
    template: {
      metadata: { labels: labelsOf(runId, "services") },
      spec: {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        terminationGracePeriodSeconds: 5,
        nodeSelector: { [nodeLabel]: runId }, // they have the image
        containers: [
          {
            name: servicesContainer,
            image,
            imagePullPolicy: "IfNotPresent",
            resources: { requests: { cpu: "100m", memory: "256Mi" } },
            securityContext: unprivileged,
            volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
          },
        ],
        volumes: [{ name: "tmp", emptyDir: {} }],
      },
    },
  },
});

/** @throws {KaliumError} E_CLUSTER, E_TIMEOUT with the pod's state */
export async function startServicesPod(cluster: Cluster, runId: string, image: string): Promise<ServicesPod> {
  await applyObject(cluster, servicesDeployment(runId, image));
  let seen = "no pod was made";
  const deadline = {
    what: "the services' pod",
    timeoutMs: startTimeoutMs,
    intervalMs: 500,
    lastReason: () => seen,
  };
  return poll(deadline, async () => {
    const { running, states } = await podsOf(cluster, runId);
    seen = states || seen;
    if (/^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName)/.test(seen)) {
      throw new KaliumError("E_CLUSTER", `the nodes cannot pull ${image}: ${seen}`, {
        hint: "Name an image that the nodes can pull, or leave out --services-image to build and import ours.",
      });
    }
    return running.length === 1 ? running[0] : undefined;
  });
}

export const removeServicesPod = (cluster: Cluster, runId: string): Promise<void> =>
  removeObject(cluster, servicesDeployment(runId, ""), { timeoutMs: removalTimeoutMs });

/** The pod as it is now: it may have been moved since `up`. @throws {KaliumError} E_CLUSTER when it does not run */
export async function findServicesPod(cluster: Cluster, runId: string): Promise<ServicesPod> {
  const { running, states } = await podsOf(cluster, runId);
  const [pod] = running;
  if (pod !== undefined) return pod;
  throw new KaliumError("E_CLUSTER", `the services' pod does not run: ${states || "there is none"}`, {
    hint: "Run `npm run cluster -- up --services pod`.",
  });
}

async function podsOf(cluster: Cluster, runId: string) {
  const request = { namespace: systemNamespace, labelSelector: `${runLabel}=${runId},${partLabel}=services` };
  const { items } = await cluster.ask("list the services' pods", () => cluster.core.listNamespacedPod(request));
  const current = items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  const running = current.flatMap(({ metadata, spec, status }): ServicesPod[] => {
    const { podIP: address, containerStatuses = [] } = status ?? {};
    const runs = containerStatuses.length > 0 && containerStatuses.every(({ state }) => state?.running !== undefined);
    if (!runs || address === undefined) return [];
    return [{ namespace: systemNamespace, pod: metadata?.name ?? "", address, node: spec?.nodeName ?? "" }];
  });
  return { running, states: current.map(describePod).join("; ") };
}
