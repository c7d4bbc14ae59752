import type { V1Node } from "@kubernetes/client-node";
import { KaliumError } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import type { ClusterFacts } from "../facts.ts";

/** Why no function could be measured on a node; `undefined` when it could. */
export function unfit({ spec, status }: V1Node): string | undefined {
  const info = status?.nodeInfo;
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") return `not ready: ${ready?.message ?? "it reports nothing"}`;
  if (spec?.unschedulable === true) return "cordoned";
  if (info?.operatingSystem !== "linux") return `runs ${info?.operatingSystem ?? "an unknown system"}, not Linux`;
  if (info.architecture !== architecture)
    return `its architecture is ${info.architecture}, this machine's ${architecture}`;
  if (!info.containerRuntimeVersion.startsWith("containerd://"))
    return `its runtime is ${info.containerRuntimeVersion}`;
  const taint = spec?.taints?.find(({ effect }) => effect === "NoSchedule" || effect === "NoExecute");
  return taint === undefined ? undefined : `tainted: ${taint.key}`;
}

/** In Kubernetes' words. */
const architecture = process.arch === "x64" ? "amd64" : process.arch;

export const nameOf = ({ metadata }: V1Node): string => metadata?.name ?? "";

/**
 * The nodes that functions are measured on.
 * @param selector labels, as `kubectl -l` takes them; absent: all
 * @throws {KaliumError} E_CLUSTER when none is left, with the reason of each
 */
export async function selectNodes(cluster: Cluster, selector?: string): Promise<readonly V1Node[]> {
  const { items } = await cluster.ask("list nodes", () =>
    cluster.core.listNode(selector === undefined ? {} : { labelSelector: selector }),
  );
  const fit = items.filter((node) => unfit(node) === undefined);
  if (fit.length > 0) return fit;
  const reasons = items.map((node) => `\n  ${nameOf(node)}: ${unfit(node) ?? ""}`).join("");
  const which = selector === undefined ? "the cluster has no node" : `no node has the labels ${selector}`;
  throw new KaliumError("E_CLUSTER", items.length === 0 ? which : `no node is usable:${reasons}`, {
    hint:
      selector === undefined
        ? "Make one of them ready; `npm run cluster -- doctor` describes each."
        : "Choose others with --nodes; `npm run cluster -- doctor` lists the nodes.",
  });
}

/** For the record. */
export function nodeFacts(node: V1Node): ClusterFacts["nodes"][number] {
  const { addresses = [], nodeInfo } = node.status ?? {};
  return {
    name: nameOf(node),
    address: addresses.find(({ type }) => type === "InternalIP")?.address ?? "",
    architecture: nodeInfo?.architecture ?? "",
    operatingSystem: nodeInfo?.osImage ?? "",
    kernel: nodeInfo?.kernelVersion ?? "",
    kubelet: nodeInfo?.kubeletVersion ?? "",
    containerRuntime: nodeInfo?.containerRuntimeVersion ?? "",
  };
}
