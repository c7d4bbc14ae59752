import type { V1Node, V1Pod } from "@kubernetes/client-node";
import { poll } from "../../base/deadline.ts";
import { KaliumError } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { execInPod } from "../api/exec.ts";
import { applyObject, removalTimeoutMs, removeObject } from "../api/objects.ts";
import { describePod } from "../api/pod-state.ts";
import { partLabel, runLabel, systemNamespace } from "../names.ts";
import {
  agentCandidates,
  agentContainer,
  agentManifest,
  agentName,
  type AgentPlace,
  enterNode,
  usualAgentImage,
} from "./agent-manifest.ts";
import { type NodeShell, scriptTimeoutMs } from "./node-shell.ts";

export interface NodeAgents extends AsyncDisposable {
  /** That they run from: the nodes have it. */
  readonly image: string;
  /** Whether the kubelet of a node has pulled it for the agent, as far as it tells. */
  readonly hasPulled: (node: string) => Promise<boolean>;
  /** One per node, in the order of the nodes. */
  readonly shells: readonly NodeShell[];
  /** Nodes whose agent did not start, with the reason; empty unless `partial` was asked for. */
  readonly missing: readonly { readonly node: string; readonly reason: string }[];
}

export interface AgentOptions {
  readonly runId: string;
  readonly nodes: readonly V1Node[];
  /** Image of the agent. Absent: one after the other that the nodes say they have, then the usual pause image. */
  readonly image?: string | undefined;
  readonly timeoutMs?: number;
  /** Does without nodes that do not answer, as `down` must. */
  readonly partial?: true;
}

/**
 * Puts a privileged agent on each node, for as long as the result lives. The system namespace must exist.
 * @throws {KaliumError} E_CLUSTER that says why an agent does not start
 */
export async function startNodeAgents(
  cluster: Cluster,
  { runId, nodes, image: wanted, timeoutMs = 90_000, partial }: AgentOptions,
): Promise<NodeAgents> {
  const given: Choice | undefined = wanted === undefined ? undefined : { image: wanted, pull: "IfNotPresent" };
  const choices = given === undefined ? await agentImages(cluster, nodes) : [given];
  const nodeNames = nodes.map(({ metadata }) => metadata?.name ?? "");
  const architecture = nodes[0]?.status?.nodeInfo?.architecture ?? "amd64";
  const endMs = performance.now() + timeoutMs;
  const stop = (): Promise<void> => removeNodeAgents(cluster);
  try {
    for (const [at, choice] of choices.entries()) {
      await applyObject(cluster, agentManifest(runId, { ...choice, nodeNames, architecture }));
      const leftMs = Math.max(1, Math.ceil(endMs - performance.now()));
      const { image } = choice;
      const isLast = at === choices.length - 1;
      const pods = await agentPods(cluster, { runId, nodeNames, image, timeoutMs: leftMs, partial, isLast });
      if (pods === undefined) continue;
      const shells = nodeNames.flatMap((node) => {
        const pod = pods.running.get(node);
        return pod === undefined ? [] : [shellIn(cluster, node, pod)];
      });
      const hasPulled = (node: string): Promise<boolean> => pulledFor(cluster, pods.running.get(node) ?? "");
      return { shells, image, hasPulled, missing: pods.missing, [Symbol.asyncDispose]: stop };
    }
    throw new TypeError("the last image either runs or fails");
  } catch (error) {
    await stop().catch(() => undefined); // `down` finds it; the first error says what is wrong
    throw error;
  }
}

async function pulledFor(cluster: Cluster, pod: string): Promise<boolean> {
  const request = { namespace: systemNamespace, fieldSelector: `involvedObject.name=${pod},reason=Pulled` };
  const { items } = await cluster.ask(`list events of ${pod}`, () => cluster.core.listNamespacedEvent(request));
  return items.some(({ message }) => /^Successfully pulled/i.test(message ?? ""));
}

type Choice = Pick<AgentPlace, "image" | "pull">;

/** In the order to try them: listed and running ones, of which nothing is pulled, then the usual pause image. */
async function agentImages(cluster: Cluster, nodes: readonly V1Node[]): Promise<readonly Choice[]> {
  // Needs a right that nothing else needs: without it there are still the others.
  const pods = await cluster
    .ask("list pods", () => cluster.core.listPodForAllNamespaces())
    .catch(() => ({ items: [] }));
  return [
    ...agentCandidates(nodes, pods.items).map((image): Choice => ({ image, pull: "Never" })),
    { image: usualAgentImage, pull: "IfNotPresent" },
  ];
}

interface Wanted {
  readonly runId: string;
  readonly nodeNames: readonly string[];
  readonly image: string;
  readonly timeoutMs: number;
  readonly partial: true | undefined;
  /** There is no other image to try. */
  readonly isLast: boolean;
}

/** `undefined`: a node does not have the image, and another may be tried. */
async function agentPods(cluster: Cluster, { runId, nodeNames, image, timeoutMs, partial, isLast }: Wanted) {
  const running = new Map<string, string>();
  let states = new Map<string, string>();
  const missing = () =>
    nodeNames
      .filter((node) => !running.has(node))
      .map((node) => ({ node, reason: states.get(node) ?? "no pod was made for it" }));
  const look = async (): Promise<"running" | "absent" | undefined> => {
    const pods = (await listAgentPods(cluster, runId)).filter(({ spec }) => spec?.containers[0]?.image === image);
    states = new Map(pods.map((pod) => [pod.spec?.nodeName ?? "", describePod(pod)]));
    running.clear();
    for (const { spec, status, metadata } of pods) {
      const ready =
        status?.containerStatuses?.[0]?.state?.running !== undefined && metadata?.deletionTimestamp === undefined;
      if (ready) running.set(spec?.nodeName ?? "", metadata?.name ?? "");
    }
    if (missing().length === 0) return "running";
    return !isLast && pods.some(lacksImage) ? "absent" : undefined;
  };
  try {
    const outcome = await poll({ what: "the agents on the nodes", timeoutMs, intervalMs: 300 }, look);
    if (outcome === "absent") return undefined;
  } catch (error) {
    if (partial === undefined || !(error instanceof KaliumError) || error.code !== "E_TIMEOUT") {
      const reasons = missing().map(({ node, reason }) => `\n  ${node}: ${reason}`);
      throw new KaliumError("E_CLUSTER", `the agents of ${reasons.length} nodes do not start:${reasons.join("")}`, {
        hint: `Name any image that the nodes can run with \`--agent-image\` (now ${image}).`,
        cause: error,
      });
    }
  }
  return { running, missing: missing() };
}

const lacksImage = ({ status }: V1Pod): boolean =>
  /Image/.test(status?.containerStatuses?.[0]?.state?.waiting?.reason ?? "");

const listAgentPods = async (cluster: Cluster, runId: string): Promise<readonly V1Pod[]> => {
  const labelSelector = `${runLabel}=${runId},${partLabel}=node-agent`;
  const request = { namespace: systemNamespace, labelSelector };
  return (await cluster.ask("list the agents' pods", () => cluster.core.listNamespacedPod(request))).items;
};

/** A connection that breaks off is tried again where the script may be: it says so itself by being repeatable. */
const shellIn = (cluster: Cluster, node: string, pod: string): NodeShell => ({
  node,
  run: (script, { args = [], input, timeoutMs = scriptTimeoutMs } = {}) =>
    execInPod(cluster, {
      namespace: systemNamespace,
      pod,
      container: agentContainer,
      command: enterNode(script, args),
      timeoutMs,
      ...(input !== undefined && { input }),
    }),
});

export const removeNodeAgents = (cluster: Cluster): Promise<void> =>
  removeObject(
    cluster,
    { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: agentName, namespace: systemNamespace } },
    { timeoutMs: removalTimeoutMs },
  );
