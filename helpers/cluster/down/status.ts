import { KaliumError } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { runOf } from "../api/objects.ts";
import { factsConfigMap, nodeLabel } from "../names.ts";
import { nameOf } from "../nodes/select-nodes.ts";
import { kinds, ownObjects } from "./down.ts";

/** One run as `status` tells it. */
export interface RunStatus {
  readonly runId: string;
  /** Since its oldest object was made, seconds. */
  readonly ageSeconds: number;
  /** Kind to number. */
  readonly objects: Readonly<Record<string, number>>;
  readonly nodes: readonly string[];
  /** `up` has come to its end. */
  readonly isComplete: boolean;
}

/** What the runs have in the cluster; nothing is changed. */
export async function clusterStatus(cluster: Cluster, now = Date.now()): Promise<readonly RunStatus[]> {
  const failures: string[] = [];
  const all = (
    await Promise.all(
      [...kinds, ["v1", "Namespace"] as const].map(([apiVersion, kind]) =>
        ownObjects(cluster, { apiVersion, kind }, undefined, failures),
      ),
    )
  ).flat();
  const { items } = await cluster.ask("list nodes", () => cluster.core.listNode({ labelSelector: nodeLabel }));
  if (failures.length > 0) throw new KaliumError("E_CLUSTER", failures.join("\n  "));
  const marks = items.map((node) => ({ name: nameOf(node), run: node.metadata?.labels?.[nodeLabel] ?? "" }));
  const runs = new Set([...all.map((object) => runOf(object) ?? "?"), ...marks.map(({ run }) => run)]);
  return [...runs].sort().map((runId) => {
    const own = all.filter((object) => (runOf(object) ?? "?") === runId);
    const made = own.map(({ metadata }) => new Date(metadata.creationTimestamp ?? now).getTime());
    const objects: Record<string, number> = {};
    for (const { kind } of own) objects[kind] = (objects[kind] ?? 0) + 1;
    return {
      runId,
      ageSeconds: Math.round((now - Math.min(now, ...made)) / 1000),
      objects,
      nodes: marks.filter(({ run }) => run === runId).map(({ name }) => name),
      isComplete: own.some(({ metadata }) => metadata.name === factsConfigMap),
    };
  });
}

/** For people. */
export function renderStatus(runs: readonly RunStatus[]): string {
  if (runs.length === 0) return "nothing of kalium-bench is in this cluster";
  return runs
    .map(({ runId, ageSeconds, objects, nodes, isComplete }) => {
      const list = Object.entries(objects).map(([kind, count]) => `${count} ${kind}`);
      const age = ageSeconds < 120 ? `${ageSeconds} s` : `${Math.round(ageSeconds / 60)} min`;
      return [
        `run ${runId}: ${isComplete ? "up" : "not complete (`up` was interrupted, or is still running)"}, since ${age}`,
        `  objects  ${list.join(", ")}`,
        `  nodes    ${nodes.join(", ") || "none"}`,
        `  remove   npm run cluster -- down --run ${runId}`,
      ].join("\n");
    })
    .join("\n");
}
