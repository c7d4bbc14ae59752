import type { V1Deployment, V1Pod } from "@kubernetes/client-node";
import type { LastExit } from "../../gateway/replica.ts";
import type { Cluster } from "../api/connect.ts";
import { orAbsent } from "../api/refusal.ts";
import { admissionTrouble, troubleOf, type Trouble } from "./pod-trouble.ts";
import { isHeld } from "./hold.ts";
import type { TrackedFunction } from "./tracked-function.ts";

/** As the local gateway has it, where the instance is a pod, and what only a cluster knows. */
export interface PodLastExit extends LastExit {
  readonly kind: Trouble["kind"] | "unproven";
}

interface Context {
  readonly cluster: Cluster;
  readonly namespace: string;
  /** All that are left of a function, those that have ended, too. */
  readonly podsOf: (name: string) => readonly V1Pod[];
  readonly readDeployment: (name: string) => Promise<V1Deployment | undefined>;
}

/** The latest trouble of a function; `undefined` while there is none. Asks the API server. */
export async function lastExitOf(each: TrackedFunction, context: Context): Promise<PodLastExit | undefined> {
  const lost = each.lost();
  if (lost !== undefined) return tell("", lost);
  const pods = context.podsOf(each.wanted.name);
  if (pods.length === 0) {
    const deployment = await context.readDeployment(each.wanted.name);
    return tell("", deployment && admissionTrouble(deployment));
  }
  for (const pod of pods.toReversed()) {
    if (isHeld(pod.spec)) continue; // it waits on purpose
    const name = pod.metadata?.name ?? "";
    const trouble = troubleOf(pod, {
      nodeReady: await isNodeReady(pod.spec?.nodeName, context.cluster),
      events: pod.status?.phase === "Pending" ? await warningsOf(name, context) : [],
    });
    if (trouble !== undefined) return tell(name, trouble, pod.status?.containerStatuses?.[0]?.restartCount);
  }
  const failure = each.lastFailure();
  return failure === undefined ? undefined : { ...tellReason("", failure, 1), gaveUp: false, kind: "unproven" };
}

const tell = (instance: string, trouble: Trouble | undefined, restarts = 0): PodLastExit | undefined =>
  trouble && {
    ...tellReason(instance, `${trouble.reason}\n  -> ${trouble.hint}`, restarts + 1),
    gaveUp: trouble.final,
    kind: trouble.kind,
  };

const tellReason = (instance: string, reason: string, failures: number) => ({
  instance,
  at: new Date().toISOString(),
  reason,
  failures,
  lastLines: [],
});

async function isNodeReady(name: string | undefined, cluster: Cluster): Promise<boolean> {
  if (name === undefined) return true;
  const node = await orAbsent(cluster.ask(`read Node ${name}`, () => cluster.core.readNode({ name })));
  const ready = node?.status?.conditions?.find(({ type }) => type === "Ready");
  return node !== undefined && ready?.status === "True";
}

/** Oldest first. */
async function warningsOf(pod: string, { cluster, namespace }: Context): Promise<readonly string[]> {
  const fieldSelector = `involvedObject.name=${pod},type=Warning`;
  const { items } = await cluster.ask(`list events of ${pod}`, () =>
    cluster.core.listNamespacedEvent({ namespace, fieldSelector }),
  );
  return items.map(({ reason, message }) => `${reason ?? ""}: ${message ?? ""}`);
}
