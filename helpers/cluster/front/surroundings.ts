import type { V1Node, V1NodeCondition } from "@kubernetes/client-node";
import type { Cluster } from "../api/connect.ts";
import { orAbsent } from "../api/refusal.ts";
import type { ClusterSurroundings } from "./changes.ts";
import { partLabel, runLabel, systemNamespace } from "../names.ts";
import type { FrontSettings } from "./options.ts";

/** @throws {KaliumError} E_CLUSTER */
export async function readSurroundings(cluster: Cluster, settings: FrontSettings): Promise<ClusterSurroundings> {
  const ofController = `${runLabel}=${settings.upRunId},${partLabel}=controller`;
  const [gateway, controller, nodes] = await Promise.all([
    gatewayPods(cluster, settings),
    podRestarts(cluster, systemNamespace, ofController),
    cluster.ask("list nodes", () => cluster.core.listNode()),
  ]);
  const readyNodes = nodes.items.flatMap((node) => {
    const ready = readyCondition(node);
    const since = ready?.lastTransitionTime?.toISOString() ?? "unknown";
    return ready === undefined ? [] : [{ name: node.metadata?.name ?? "", since }];
  });
  return { gateway, controller, readyNodes };
}

/** Names of nodes that are not ready. @throws {KaliumError} E_CLUSTER */
export async function lostNodes(cluster: Cluster): Promise<readonly string[]> {
  const { items } = await cluster.ask("list nodes", () => cluster.core.listNode());
  return items.filter((node) => readyCondition(node) === undefined).map(({ metadata }) => metadata?.name ?? "");
}

const readyCondition = ({ status }: V1Node): V1NodeCondition | undefined =>
  status?.conditions?.find(({ type, status: value }) => type === "Ready" && value === "True");

async function gatewayPods(cluster: Cluster, { gateway: { service } }: FrontSettings): Promise<string[]> {
  if (service === undefined) return [];
  const { namespace, name } = service;
  const found = await orAbsent(
    cluster.ask(`read Service ${namespace}/${name}`, () => cluster.core.readNamespacedService(service)),
  );
  const selector = Object.entries(found?.spec?.selector ?? {});
  if (selector.length === 0) return [];
  const labelSelector = selector.map(([key, value]) => `${key}=${value}`).join(",");
  return podRestarts(cluster, namespace, labelSelector);
}

/** `pod/restarts` of each, sorted. */
async function podRestarts(cluster: Cluster, namespace: string, labelSelector: string): Promise<string[]> {
  const { items } = await cluster.ask(`list pods in ${namespace}`, () =>
    cluster.core.listNamespacedPod({ namespace, labelSelector }),
  );
  const restarts = (statuses: readonly { readonly restartCount: number }[] = []): number =>
    statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  return items
    .map(({ metadata, status }) => `${metadata?.name ?? ""}/${restarts(status?.containerStatuses)}`)
    .toSorted();
}
