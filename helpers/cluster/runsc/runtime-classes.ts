import type { V1Pod, V1RuntimeClass } from "@kubernetes/client-node";
import { poll } from "../../base/deadline.ts";
import { KaliumError } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { applyObject, type NamedObject, readObject, removeObject, runOf } from "../api/objects.ts";
import { describePod } from "../api/pod-state.ts";
import { labelsOf, nodeLabel, systemNamespace } from "../names.ts";
import { toolVolumes } from "../nodes/agent-manifest.ts";
import type { RunscBuild } from "./builds.ts";

/** Pods of the class are placed on prepared nodes only. */
export const runtimeClassManifest = (
  runId: string,
  { runtimeClass, handler }: Pick<RunscBuild, "runtimeClass" | "handler">,
): V1RuntimeClass & NamedObject => ({
  apiVersion: "node.k8s.io/v1",
  kind: "RuntimeClass",
  metadata: { name: runtimeClass, labels: labelsOf(runId, "runtime-class") },
  handler,
  scheduling: { nodeSelector: { [nodeLabel]: runId } },
});

/** One that exists with the same handler is used as it is. @throws {KaliumError} E_CLUSTER for one with another handler */
export async function applyRuntimeClass(cluster: Cluster, runId: string, build: RunscBuild): Promise<void> {
  const wanted = runtimeClassManifest(runId, build);
  const existing = (await readObject(cluster, wanted)) as V1RuntimeClass | undefined;
  const isForeign = existing !== undefined && runOf(existing) === undefined;
  if (isForeign && existing.handler === build.handler) return;
  if (isForeign) {
    throw new KaliumError("E_CLUSTER", `RuntimeClass ${build.runtimeClass} exists with handler ${existing.handler}`, {
      hint: "Rename it, or measure with that one runsc: --single-runsc (handler runsc).",
    });
  }
  await applyObject(cluster, wanted);
}

export interface Trial {
  readonly runId: string;
  readonly runtimeClass: string;
  readonly node: string;
  readonly architecture: string;
  readonly image: string;
}

const trialTimeoutMs = 90_000;

/** A pod that prints what only gVisor's kernel says, with the node's own `cat`. */
function trialPod({ runId, runtimeClass, node, architecture, image }: Trial): V1Pod & NamedObject {
  const { volumes, volumeMounts } = toolVolumes(architecture);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `trial-${runtimeClass}-${node}`.slice(0, 63).replace(/\W+$/, ""),
      namespace: systemNamespace,
      labels: labelsOf(runId, "trial"),
    },
    spec: {
      nodeName: node,
      runtimeClassName: runtimeClass,
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
      tolerations: [{ operator: "Exists" }],
      containers: [
        {
          name: "trial",
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["/bin/cat", "/proc/version", "/proc/cmdline"],
          volumeMounts,
        },
      ],
      volumes,
    },
  };
}

/**
 * Starts a pod of a class on a node and looks from inside whether it is gVisor that runs it.
 * @throws {KaliumError} E_RUNTIME_UNAVAILABLE with the words of the node, E_RUNTIME_PROOF
 */
export async function tryRuntimeClass(cluster: Cluster, trial: Trial): Promise<void> {
  const pod = trialPod(trial);
  const what = `a pod of RuntimeClass ${trial.runtimeClass} on node ${trial.node}`;
  await removeObject(cluster, pod, { timeoutMs: 30_000, graceSeconds: 0 }); // of a run that was cut
  await applyObject(cluster, pod);
  try {
    const text = await outputOf(cluster, pod, what);
    if (!/gvisor/i.test(text)) {
      throw new KaliumError("E_RUNTIME_PROOF", `${what} does not run in gVisor; its output: ${text.trim()}`, {
        hint: "Check the handler of that class in the node's containerd configuration.",
      });
    }
  } finally {
    await removeObject(cluster, pod, { timeoutMs: 60_000, graceSeconds: 0 });
  }
}

async function outputOf(cluster: Cluster, { metadata: { name } }: NamedObject, what: string): Promise<string> {
  let seen = "";
  const request = { name, namespace: systemNamespace };
  const lastReason = (): string => seen;
  try {
    await poll({ what, timeoutMs: trialTimeoutMs, intervalMs: 300, lastReason }, async () => {
      const now = await cluster.ask(`read pod ${name}`, () => cluster.core.readNamespacedPod(request));
      seen = (await lastEvent(cluster, name)) ?? describePod(now);
      if (now.status?.phase === "Failed") throw new KaliumError("E_CLUSTER", describePod(now));
      return now.status?.phase === "Succeeded" ? true : undefined;
    });
  } catch (error) {
    if (!(error instanceof KaliumError)) throw error;
    throw new KaliumError("E_RUNTIME_UNAVAILABLE", `${what} does not start: ${error.message}`, {
      hint: "The node's message says why. Try other flags for the build with --runsc-flag NAME:flag=value, then run `up` again.",
      cause: error,
    });
  }
  return cluster.ask(`read the log of pod ${name}`, () => cluster.core.readNamespacedPodLog(request));
}

/** What the kubelet complains about: a sandbox that cannot be made shows nowhere else. */
async function lastEvent(cluster: Cluster, name: string): Promise<string | undefined> {
  const { items } = await cluster.ask("list events", () =>
    cluster.core.listNamespacedEvent({
      namespace: systemNamespace,
      fieldSelector: `involvedObject.name=${name},type=Warning`,
    }),
  );
  return items.at(-1)?.message;
}
