import type { V1Deployment, V1Node } from "@kubernetes/client-node";
import { KaliumError, messageOf } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { applyObject, listObjects, type NamedObject, refOf, removalTimeoutMs, removeObject } from "../api/objects.ts";
import { isForbidden, isNotFound } from "../api/refusal.ts";
import { fieldManager, functionNamespace, managedByLabel, nodeLabel, runLabel } from "../names.ts";
import { systemNamespaceManifest } from "../nodes/agent-manifest.ts";
import { startNodeAgents } from "../nodes/agents.ts";

import { restoreNode } from "../runsc/prepare-node.ts";
import { labelNode } from "../up/run-marks.ts";

export interface DownOptions {
  /** Absent: every run. */
  readonly runId?: string | undefined;
  readonly agentImage?: string | undefined;
  readonly report: (line: string) => void;
}

/** In this order: what runs pods, then what they use. Namespaces are last, after the nodes. */
export const kinds: readonly (readonly [apiVersion: string, kind: string])[] = [
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "DaemonSet"],
  ["v1", "Pod"],
  ["v1", "Service"],
  ["v1", "ConfigMap"],
  ["v1", "Secret"],
  ["v1", "PersistentVolumeClaim"],
  ["rbac.authorization.k8s.io/v1", "RoleBinding"],
  ["rbac.authorization.k8s.io/v1", "Role"],
  ["v1", "ServiceAccount"],
  ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
  ["rbac.authorization.k8s.io/v1", "ClusterRole"],
  ["node.k8s.io/v1", "RuntimeClass"],
];

/**
 * Removes everything of a run, or of all, and puts the nodes back as they were. Needs nothing but the labels and what
 * the nodes have written down, so it works after a crash at any point, and again.
 * @throws {KaliumError} E_CLUSTER that lists what could not be removed; the rest has been
 */
export async function clusterDown(cluster: Cluster, options: DownOptions): Promise<void> {
  const { report, runId } = options;
  const failures: string[] = [];
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: unknown) => failures.push(messageOf(error)));
  };
  for (const [apiVersion, kind] of kinds) {
    const found = await ownObjects(cluster, { apiVersion, kind }, runId, failures);
    await Promise.all(found.map((object) => attempt(() => remove(cluster, object, report))));
  }
  await attempt(() => restoreNodes(cluster, options, failures));
  if (failures.length === 0) {
    for (const namespace of await ownObjects(cluster, { apiVersion: "v1", kind: "Namespace" }, runId, failures)) {
      await attempt(() => remove(cluster, namespace, report));
    }
  }
  if (failures.length === 0) return;
  throw new KaliumError("E_CLUSTER", `some objects could not be removed:\n  ${failures.join("\n  ")}`, {
    hint: "Correct the cause, then run `npm run cluster -- down` again; it continues where it stopped.",
  });
}

async function remove(cluster: Cluster, object: NamedObject, report: DownOptions["report"]): Promise<void> {
  const graceSeconds = object.kind === "Pod" ? { graceSeconds: 0 } : {};
  await removeObject(cluster, object, { timeoutMs: removalTimeoutMs, ...graceSeconds });
  report(`removed ${refOf(object)}`);
}

/** Objects with our labels, in all namespaces, else in those that we may look into. */
export async function ownObjects(
  cluster: Cluster,
  type: { readonly apiVersion: string; readonly kind: string },
  runId: string | undefined,
  failures: string[],
): Promise<readonly NamedObject[]> {
  // Not by `managedByLabel`: secrets of functions keep OpenFaaS' own.
  const labelSelector = runId === undefined ? runLabel : `${runLabel}=${runId}`;
  try {
    const labelled = await listObjects(cluster, type, { labelSelector });
    return type.kind === "Deployment" ? [...labelled, ...(await functionsOf(cluster, runId, labelled))] : labelled;
  } catch (error) {
    if (isNotFound(error)) return []; // a kind that this cluster does not have
    if (!isForbidden(error)) throw error;
    failures.push(messageOf(error));
    return [];
  }
}

/** OpenFaaS labels the pods of a function as asked, but neither its Deployment nor its Service. */
async function functionsOf(
  cluster: Cluster,
  runId: string | undefined,
  known: readonly NamedObject[],
): Promise<readonly NamedObject[]> {
  const namespace = functionNamespace;
  const all = (await listObjects(
    cluster,
    { apiVersion: "apps/v1", kind: "Deployment" },
    { namespace },
  )) as readonly (NamedObject & V1Deployment)[];
  const ours = all.filter(({ spec, metadata }) => {
    const labels = spec?.template.metadata?.labels ?? {};
    const isOfRun = runId === undefined ? labels[managedByLabel] === fieldManager : labels[runLabel] === runId;
    return isOfRun && !known.some((object) => object.metadata.uid === metadata.uid);
  });
  const services = ours.map(({ metadata: { name } }) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
  }));
  return [...ours, ...services];
}

async function restoreNodes(
  cluster: Cluster,
  { runId, agentImage, report }: DownOptions,
  failures: string[],
): Promise<void> {
  const { items } = await cluster.ask("list nodes", () =>
    cluster.core.listNode({ labelSelector: runId === undefined ? nodeLabel : `${nodeLabel}=${runId}` }),
  );
  if (items.length === 0) return;
  const id = runId ?? runOfNodes(items);
  await applyObject(cluster, systemNamespaceManifest(id));
  await using agents = await startNodeAgents(cluster, { runId: id, nodes: items, image: agentImage, partial: true });
  for (const { node, reason } of agents.missing) {
    failures.push(`node ${node} cannot be reached, so it was not restored: ${reason}`);
  }
  await Promise.all(
    agents.shells.map(async (shell) => {
      try {
        if (await restoreNode(shell, report)) report(`node ${shell.node}: restored`);
        await labelNode(cluster, shell.node, null);
      } catch (error) {
        failures.push(messageOf(error));
      }
    }),
  );
}

const runOfNodes = (nodes: readonly V1Node[]): string => nodes[0]?.metadata?.labels?.[nodeLabel] ?? "";
