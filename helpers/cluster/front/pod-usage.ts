/** What a node's kubelet has counted of pods: `stats/summary` of its API, through the API server. */
import { z } from "zod";
import { KaliumError, messageOf } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";

/** Of a pod with all its containers. Each part was seen at its own time, by the node's clock; what the kubelet does not tell is absent. */
export const podUsageSchema = z.strictObject({
  pod: z.string(),
  cpu: z.strictObject({ at: z.string(), ns: z.number() }).exactOptional(),
  memory: z.strictObject({ at: z.string(), workingSetBytes: z.number() }).exactOptional(),
  network: z.strictObject({ at: z.string(), receivedBytes: z.number(), sentBytes: z.number() }).exactOptional(),
});

export type PodUsage = z.infer<typeof podUsageSchema>;

/** The fields that are read: k8s.io/kubelet/pkg/apis/stats/v1alpha1. Counts run since the pod's start. */
const summarySchema = z.object({
  pods: z.array(
    z.object({
      podRef: z.object({ name: z.string(), namespace: z.string() }),
      cpu: z.object({ time: z.string(), usageCoreNanoSeconds: z.number().optional() }).optional(),
      memory: z.object({ time: z.string(), workingSetBytes: z.number().optional() }).optional(),
      network: z
        .object({ time: z.string(), rxBytes: z.number().optional(), txBytes: z.number().optional() })
        .optional(),
    }),
  ),
});

/** Of the pods of one namespace on one node. @throws {KaliumError} E_CLUSTER, also where the user may not ask nodes */
export async function readPodUsage(
  cluster: Cluster,
  { node, namespace }: { readonly node: string; readonly namespace: string },
): Promise<readonly PodUsage[]> {
  const answer: unknown = await cluster.ask(`read the usage of pods on node ${node}`, () =>
    cluster.core.connectGetNodeProxyWithPath({ name: node, path: "stats/summary" }),
  );
  return podUsageOf(answer, namespace);
}

/** Pure; `answer`: JSON or its text. @throws {KaliumError} E_CLUSTER for an answer of another form */
export const podUsageOf = (answer: unknown, namespace: string): readonly PodUsage[] =>
  summaryOf(answer).pods.flatMap(({ podRef, cpu, memory, network }) => {
    if (podRef.namespace !== namespace) return [];
    const { usageCoreNanoSeconds: ns } = cpu ?? {};
    const { workingSetBytes } = memory ?? {};
    const { rxBytes: receivedBytes, txBytes: sentBytes } = network ?? {};
    return [
      {
        pod: podRef.name,
        ...(cpu && ns !== undefined && { cpu: { at: cpu.time, ns } }),
        ...(memory && workingSetBytes !== undefined && { memory: { at: memory.time, workingSetBytes } }),
        ...(network &&
          receivedBytes !== undefined &&
          sentBytes !== undefined && { network: { at: network.time, receivedBytes, sentBytes } }),
      },
    ];
  });

function summaryOf(answer: unknown): z.infer<typeof summarySchema> {
  const hint = "Run `npm run cluster -- doctor`, and check what stands between this machine and the kubelet.";
  try {
    return summarySchema.parse(typeof answer === "string" ? JSON.parse(answer) : answer);
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new KaliumError("E_CLUSTER", `the kubelet's counts of pods are unreadable: ${why}`, { hint, cause });
  }
}
