import { KaliumError } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import type { ClusterFacts } from "../facts.ts";
import { importImage, type ImageArchive } from "../nodes/node-images.ts";
import type { PreparedNode } from "../nodes/prepared-node.ts";
import { reachableAddress } from "./client-address.ts";
import { removeServicesPod, startServicesPod } from "./services-pod.ts";

export interface ServicesChoice {
  /** `host`: this machine. `auto`: this machine where a node reaches it, else a pod. */
  readonly kind: "auto" | "host" | "pod";
  /** Of the pod. Absent: built here and imported into the nodes. */
  readonly image?: string | undefined;
  /** Address of this machine that pods can reach. Absent: found. */
  readonly clientAddress?: string | undefined;
}

export interface ServicesPlacing {
  readonly runId: string;
  readonly choice: ServicesChoice;
  /** One or more. */
  readonly nodes: readonly PreparedNode[];
  /** Of the first node. */
  readonly nodeAddress: string;
  /** Builds the pod's image. */
  readonly buildImage: () => Promise<ImageArchive>;
  readonly report: (line: string) => void;
}

/**
 * Decides where runs start their services, and keeps a pod for them where it is that.
 * @throws {KaliumError} E_NETWORK when this machine was asked for and a node does not reach it; E_CLUSTER, E_TIMEOUT
 */
export async function placeServices(cluster: Cluster, placing: ServicesPlacing): Promise<ClusterFacts["services"]> {
  const { runId, choice, report } = placing;
  const address = await hostAddress(placing);
  if (address !== undefined) {
    await removeServicesPod(cluster, runId); // of an earlier `up`
    report(`services on this machine at ${address}`);
    return { kind: "host", address };
  }
  const image = choice.image ?? (await importedImage(placing));
  const { namespace, pod, node } = await startServicesPod(cluster, runId, image);
  report(`services in pod ${namespace}/${pod} on ${node}`);
  return { kind: "pod", image };
}

/** `undefined`: a pod is to be used. */
async function hostAddress({ choice, nodes, nodeAddress, report }: ServicesPlacing): Promise<string | undefined> {
  const [first] = nodes;
  if (choice.kind === "pod") return undefined;
  if (first === undefined) throw new TypeError("there is a node");
  try {
    return await reachableAddress(first.shell, nodeAddress, choice.clientAddress);
  } catch (error) {
    const isWanted = choice.kind === "host" || choice.clientAddress !== undefined;
    if (isWanted || !(error instanceof KaliumError) || error.code !== "E_NETWORK") throw error;
    report(error.message.split("\n")[0] ?? "");
    return undefined;
  }
}

async function importedImage({ nodes, buildImage }: ServicesPlacing): Promise<string> {
  const archive = await buildImage();
  for (const { shell, containerd, journal } of nodes) await importImage(shell, containerd, journal, archive);
  return archive.reference;
}
