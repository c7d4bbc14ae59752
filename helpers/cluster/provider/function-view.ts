import { createChanges } from "../../base/changes.ts";
import {
  AppsV1Api,
  DiscoveryV1Api,
  type KubeConfig,
  type KubernetesObject,
  type V1Deployment,
  type V1EndpointSlice,
  type V1ReplicaSet,
} from "@kubernetes/client-node";
import { holdUntil } from "../../gateway/hold.ts";
import { createClusterFunction, type ClusterFunction, type ClusterFunctionOptions } from "./cluster-function.ts";
import { functionLabel } from "./function-objects.ts";
import type { FunctionObjects } from "./function-state.ts";
import { watchObjects, type WatchedObjects } from "./watched-objects.ts";

/** All functions of the cluster in memory, kept by watches: a call of a function asks nobody. */
export interface FunctionView {
  readonly get: (name: string) => ClusterFunction | undefined;
  readonly all: () => readonly ClusterFunction[];
  /** Waits until the view tells what was just done; a slow watch is not waited for longer than some seconds. */
  readonly until: (name: string, seen: (deployed: ClusterFunction | undefined) => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
}

const seenMs = 5_000;

/** @throws {KaliumError} E_SERVICE, E_TIMEOUT when the cluster cannot be watched */
export async function viewFunctions(
  config: KubeConfig,
  options: ClusterFunctionOptions & { readonly namespace: string },
): Promise<FunctionView> {
  const { namespace } = options;
  const functions = new Map<string, ClusterFunction>();
  const watches: WatchedObjects<unknown>[] = [];
  let started = false;
  const changes = createChanges();

  const refresh = (object: KubernetesObject): void => {
    const name = object.metadata?.labels?.[functionLabel];
    if (started && name !== undefined) refreshFunction(name);
  };
  const refreshFunction = (name: string): void => {
    const objects = read(name);
    const known = functions.get(name);
    if (known !== undefined && known.uid === objects?.deployment.metadata?.uid) {
      known.refresh(objects);
    } else {
      if (objects === undefined) functions.delete(name);
      else functions.set(name, createClusterFunction(objects, options));
      known?.end(); // tells who waits for it, so the map has to be right by then
    }
    changes.tell();
  };

  const watch = async <T extends KubernetesObject>(
    group: string,
    plural: string,
    type: string,
    list: () => Promise<{ items: T[] }>,
  ): Promise<WatchedObjects<T>> => {
    const path = `/apis/${group}/namespaces/${namespace}/${plural}`;
    const watched = await watchObjects<T>({
      config,
      path,
      type,
      labelSelector: functionLabel,
      list,
      onChange: refresh,
    });
    watches.push(watched);
    return watched;
  };
  const close = async (): Promise<void> => {
    await Promise.all(watches.map((watched) => watched.close()));
    for (const deployed of functions.values()) deployed.end();
  };

  const apps = config.makeApiClient(AppsV1Api);
  const discovery = config.makeApiClient(DiscoveryV1Api);
  const selected = { namespace, labelSelector: functionLabel };
  const [deployments, replicaSets, slices] = await Promise.all([
    watch<V1Deployment>("apps/v1", "deployments", "V1Deployment", () => apps.listNamespacedDeployment(selected)),
    watch<V1ReplicaSet>("apps/v1", "replicasets", "V1ReplicaSet", () => apps.listNamespacedReplicaSet(selected)),
    watch<V1EndpointSlice>("discovery.k8s.io/v1", "endpointslices", "V1EndpointSlice", () =>
      discovery.listNamespacedEndpointSlice(selected),
    ),
  ]).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const read = (name: string): FunctionObjects | undefined => {
    const of = <T extends KubernetesObject>({ list }: WatchedObjects<T>): T[] =>
      list().filter(({ metadata }) => metadata?.labels?.[functionLabel] === name);
    const deployment = of(deployments).find(({ metadata }) => metadata?.name === name);
    return deployment && { deployment, replicaSets: of(replicaSets), slices: of(slices) };
  };
  started = true;
  for (const { metadata } of deployments.list()) refreshFunction(metadata?.name ?? "");

  return {
    get: (name) => functions.get(name),
    all: () => [...functions.values()],
    until: (name, seen) => holdUntil(() => seen(functions.get(name)), changes.next, seenMs),
    close,
  };
}
