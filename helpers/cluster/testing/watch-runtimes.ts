import type { V1Pod } from "@kubernetes/client-node";
import type { Cluster } from "../api/connect.ts";
import { watchPods } from "../front/pod-watch.ts";
import { functionNamespace, runtimeClassAnnotation } from "../names.ts";

/** Every pod of a function that got a node while it was watched. */
export interface WatchedRuntimes extends AsyncDisposable {
  /** Their number. */
  readonly started: () => number;
  /** Those without the runtime class of their deployment, as `pod: class instead of class`. */
  readonly outside: () => readonly string[];
  /** Those whose container was started more than once, as `pod: times`. */
  readonly restarted: () => readonly string[];
}

/** A pod that has a node is seen even when it is gone within a moment: the API server tells each change. */
export async function watchRuntimes(cluster: Cluster): Promise<WatchedRuntimes> {
  const started = new Map<string, { readonly found: string; readonly wanted: string; readonly restarts: number }>();
  const look = ({ metadata, spec, status }: V1Pod): void => {
    if (spec?.nodeName === undefined) return;
    const found = spec.runtimeClassName ?? "none";
    const wanted = metadata?.annotations?.[runtimeClassAnnotation] ?? "none";
    const restarts = status?.containerStatuses?.[0]?.restartCount ?? 0;
    started.set(metadata?.name ?? "", { found, wanted, restarts });
  };
  const watch = await watchPods(cluster, { namespace: functionNamespace, labelSelector: "faas_function" }, look);
  const all = () => [...started];
  return {
    started: () => started.size,
    outside: () =>
      all().flatMap(([pod, { found, wanted }]) => (found === wanted ? [] : [`${pod}: ${found} instead of ${wanted}`])),
    restarted: () => all().flatMap(([pod, { restarts }]) => (restarts === 0 ? [] : [`${pod}: ${restarts}`])),
    [Symbol.asyncDispose]: watch.stop,
  };
}
