import { z } from "zod";
import { type PodUsage, podUsageSchema } from "../../cluster/front/pod-usage.ts";
import { poll } from "../../base/deadline.ts";
import { messageOf } from "../../base/errors.ts";
import type { InstanceUsage } from "../../sandboxes/usage/parse.ts";
import type { StartedPlatform } from "../platform.ts";
import { askFront } from "./ask-front.ts";

export interface PlacedPod {
  readonly node: string;
  readonly pod: string;
}

export interface FreshUsageOptions {
  readonly signal?: AbortSignal | undefined;
  /** Between two questions to a node. */
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
}

type Ask = (node: string) => Promise<readonly PodUsage[]>;

/** Kubelets look at each control group every 10 to 20 s. */
const freshMs = 45_000;
const pauseMs = 1_000;

export interface FreshUsage {
  /** By pod; what is not newer in time, is not told or is refused, is absent. */
  readonly usage: ReadonlyMap<string, InstanceUsage>;
  /** Why something is. */
  readonly problem?: string;
}

/**
 * What pods have used, counted after this was called: a kubelet answers with what it has seen some seconds ago, so the first
 * count that it gives of a pod is not taken (of a young pod that is 0 besides). Waits for newer ones.
 */
export async function freshPodUsage(
  ask: Ask,
  pods: readonly PlacedPod[],
  { signal, intervalMs = pauseMs, timeoutMs = freshMs }: FreshUsageOptions = {},
): Promise<FreshUsage> {
  const nodes = [...new Set(pods.map(({ node }) => node))];
  const first = new Map<string, PodUsage>();
  let last: ReadonlyMap<string, PodUsage> = first;
  const askAll = async (): Promise<void> => {
    const answers = (await Promise.all(nodes.map(ask))).flat();
    for (const usage of answers) first.set(usage.pod, { ...usage, ...first.get(usage.pod) });
    last = new Map(answers.map((usage) => [usage.pod, usage]));
  };
  const failed = (error: unknown): FreshUsage => {
    signal?.throwIfAborted();
    return { usage: new Map(), problem: messageOf(error) };
  };
  try {
    await askAll();
  } catch (error) {
    return failed(error); // refused, or a node that cannot tell: asking again would not help
  }
  const isComplete = ({ pod }: PlacedPod): boolean => {
    const { cpu, memory, network } = newerThan(first.get(pod), last.get(pod));
    return cpu !== undefined && memory !== undefined && (network !== undefined || last.get(pod)?.network === undefined);
  };
  const lagging = (): string => `pods ${pods.flatMap((place) => (isComplete(place) ? [] : [place.pod])).join(", ")}`;
  const waiting = { what: "newer counts of the kubelets", timeoutMs, intervalMs, signal, lastReason: lagging };
  const problem = await poll(waiting, async () => {
    await askAll().catch(() => undefined); // once more, until the end of the wait
    return pods.every(isComplete) ? ("none" as const) : undefined;
  }).then(
    () => undefined,
    (error: unknown) => failed(error).problem,
  );
  const usage = new Map(pods.map(({ pod }) => [pod, usageFrom(newerThan(first.get(pod), last.get(pod)))]));
  return { usage, ...(problem !== undefined && { problem }) };
}

function newerThan(before: PodUsage | undefined, now: PodUsage | undefined): Omit<PodUsage, "pod"> {
  const { cpu, memory, network } = now ?? {};
  return {
    ...(cpu && cpu.at !== before?.cpu?.at && { cpu }),
    ...(memory && memory.at !== before?.memory?.at && { memory }),
    ...(network && network.at !== before?.network?.at && { network }),
  };
}

function usageFrom({ cpu, memory, network }: Omit<PodUsage, "pod">): InstanceUsage {
  return {
    ...(cpu && { cpuNs: cpu.ns, cpuAtNs: Date.parse(cpu.at) * 1e6 }),
    ...(memory && { workingSetBytes: memory.workingSetBytes }),
    ...(network && { receivedBytes: network.receivedBytes, sentBytes: network.sentBytes }),
  };
}

/** Asks by the front process. */
export const askKubelet =
  (lab: Pick<StartedPlatform, "gateway">): Ask =>
  async (node) =>
    z.array(podUsageSchema).parse(JSON.parse(await askFront(lab, `pod-usage/${encodeURIComponent(node)}`)));
