import { createChanges } from "../../base/changes.ts";
import { clampReplicas } from "../../gateway/deployment-plan.ts";
import type { FunctionStatus } from "../../gateway/deployment.ts";
import type { LogLine, LogQuery } from "../../gateway/function-log.ts";
import type { ServedFunction } from "../../gateway/provider.ts";
import { requestOf } from "./function-objects.ts";
import { readEndpoints, type FunctionObjects } from "./function-state.ts";
import { createPodTarget, type PodTarget } from "./pod-target.ts";

/** A function of the cluster, as the last events told it. */
export interface ClusterFunction extends ServedFunction {
  readonly uid: string;
  readonly removing: () => boolean;
  readonly generation: () => number;
  /** Takes over what the cluster holds now. */
  readonly refresh: (objects: FunctionObjects) => void;
  /** The cluster holds nothing any more. */
  readonly end: () => void;
}

export interface ClusterFunctionOptions {
  readonly gatewayTimeoutMs: number;
  readonly replicaLimit: number;
  readonly scale: (name: string, replicas: number) => Promise<void>;
  readonly readLog: (name: string, query: LogQuery, signal: AbortSignal) => AsyncGenerator<LogLine, void, undefined>;
}

export function createClusterFunction(first: FunctionObjects, options: ClusterFunctionOptions): ClusterFunction {
  const name = first.deployment.metadata?.name ?? "";
  let objects = first;
  let available = 0;
  const targets = new Map<string, PodTarget>();
  let called: readonly PodTarget[] = [];
  let turn = 0;
  const changes = createChanges();

  const callOnly = (endpoints: readonly { readonly pod: string; readonly ip: string }[]): void => {
    called = endpoints.map((endpoint) => {
      const known = targets.get(endpoint.pod);
      if (known?.endpoint.ip === endpoint.ip) return known;
      known?.retire();
      const made = createPodTarget(name, endpoint, options.gatewayTimeoutMs);
      targets.set(endpoint.pod, made);
      return made;
    });
    for (const [pod, target] of targets) {
      if (called.includes(target)) continue;
      target.retire();
      targets.delete(pod);
    }
  };
  const refresh = (next: FunctionObjects): void => {
    objects = next;
    const endpoints = readEndpoints(objects);
    available = endpoints.current.length;
    callOnly(endpoints.called);
    changes.tell();
  };
  refresh(first);

  const replicas = (): number => objects.deployment.spec?.replicas ?? 1;
  return {
    name,
    uid: first.deployment.metadata?.uid ?? "",
    removing: () => objects.deployment.metadata?.deletionTimestamp !== undefined,
    generation: () => objects.deployment.metadata?.generation ?? 0,
    refresh,
    end() {
      callOnly([]);
      changes.tell();
    },
    status: (invocationCount) => ({
      ...statusOf(objects),
      replicas: replicas(),
      availableReplicas: available,
      invocationCount,
    }),
    replicas,
    availableReplicas: () => available,
    gaveUp: () => false, // Kubernetes never does
    pick: () => called[turn++ % called.length],
    changed: changes.next,
    requestScale: (wanted) => options.scale(name, clampReplicas(wanted, options.replicaLimit)),
    readLog: (query, signal) => options.readLog(name, query, signal),
  };
}

function statusOf({
  deployment,
}: FunctionObjects): Omit<FunctionStatus, "replicas" | "availableReplicas" | "invocationCount"> {
  const { service, secrets, envProcess, limits, requests, ...rest } = requestOf(deployment);
  const createdAt = deployment.metadata?.creationTimestamp;
  return {
    name: service,
    image: rest.image,
    ...(rest.namespace ? { namespace: rest.namespace } : {}),
    ...(envProcess ? { envProcess } : {}),
    ...(secrets?.length ? { secrets } : {}),
    ...(limits ? { limits } : {}),
    ...(requests ? { requests } : {}),
    labels: rest.labels,
    annotations: rest.annotations,
    ...(createdAt && { createdAt: new Date(createdAt).toISOString() }),
  };
}
