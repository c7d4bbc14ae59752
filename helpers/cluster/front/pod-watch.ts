import type { V1Pod } from "@kubernetes/client-node";
import type { Cluster } from "../api/connect.ts";
import { readableInformer } from "../api/readable-informer.ts";

/** The pods with a label, kept up to date by the API server. */
export interface PodWatch {
  readonly all: () => readonly V1Pod[];
  readonly stop: () => Promise<void>;
}

/** After a watch has broken. */
const againMs = 500;

/**
 * `onChange` hears each change by itself: what a pod said last may be gone with it at once.
 * @throws {KaliumError} E_CLUSTER when the pods cannot be listed
 */
export async function watchPods(
  cluster: Cluster,
  { namespace, labelSelector }: { readonly namespace: string; readonly labelSelector: string },
  onChange: (pod: V1Pod) => void,
): Promise<PodWatch> {
  let stopped = false;
  const list = () => cluster.core.listNamespacedPod({ namespace, labelSelector });
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const informer = readableInformer<V1Pod>({ config: cluster.config, path, type: "V1Pod", labelSelector, list });
  for (const verb of ["add", "update", "delete"] as const) informer.on(verb, onChange);
  informer.on("error", () => {
    setTimeout(() => {
      if (!stopped) informer.start().catch(() => undefined); // it reports its errors here again
    }, againMs).unref();
  });
  await cluster.ask(`list pods in ${namespace}`, list); // the informer would try again for ever, without a word
  await informer.start();
  return {
    all: () => informer.list(namespace),
    stop: async () => {
      stopped = true;
      await informer.stop();
    },
  };
}
