import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa, ExecaError } from "execa";
import { KaliumError, messageOf } from "../../errors.ts";
import type { Cluster } from "../api/connect.ts";
import { applyObject, readObject, removeObject } from "../api/objects.ts";
import { systemNamespaceManifest } from "../nodes/agent-manifest.ts";
import { startNodeAgents } from "../nodes/agents.ts";
import { runOn } from "../nodes/node-shell.ts";
import { archiveOf, type NamedImage } from "./oci/archive.ts";
import { openBlobStore, sizeOf } from "./oci/blob-store.ts";

const importMs = 600_000;
const removalMs = 60_000;

/** A command that talks to a node's containerd from this machine: `ctr --address /run/containerd/containerd.sock`. */
export async function loadByCtr(directory: string, images: readonly NamedImage[], ctr: string): Promise<void> {
  const [program = "ctr", ...args] = ctr.trim().split(/ +/);
  const namespaced = args.some((arg) => arg === "-n" || arg.startsWith("--namespace"))
    ? args
    : [...args, "-n", "k8s.io"];
  await using archive = await writeArchive(directory, images);
  try {
    await execa(program, [...namespaced, "images", "import", archive.file], { timeout: importMs });
  } catch (error) {
    const words = error instanceof ExecaError ? String(error.stderr).trim() || error.shortMessage : messageOf(error);
    throw new KaliumError("E_CLUSTER", `the images cannot be imported by ${program}: ${words}`, {
      hint: "name a command that reaches the node's containerd: --ctr 'ctr --address SOCKET'",
      cause: error,
    });
  }
}

export interface ClusterLoad {
  /** Names of nodes; absent: all. */
  readonly nodes?: readonly string[] | undefined;
  /** Image of the short-lived pods; absent: one that the nodes have. */
  readonly agentImage?: string | undefined;
  /** Program on the nodes. */
  readonly ctr?: string | undefined;
  readonly onNode?: (node: string) => void;
}

/**
 * Imports the images on the nodes of a cluster, for those without a registry: privileged pods take the archive in and
 * hand it to the node's `ctr`. Nothing else is left behind.
 * @throws {KaliumError} E_CLUSTER, E_TIMEOUT
 */
export async function loadIntoCluster(
  cluster: Cluster,
  directory: string,
  images: readonly NamedImage[],
  { nodes: names, agentImage, ctr = "ctr", onNode }: ClusterLoad = {},
): Promise<readonly string[]> {
  const runId = `images-${randomBytes(3).toString("hex")}`;
  const { items } = await cluster.ask("list nodes", () => cluster.core.listNode());
  const nodes = items.filter(({ metadata }) => names?.includes(metadata?.name ?? "") ?? true);
  const unknown = names?.filter((name) => !nodes.some(({ metadata }) => metadata?.name === name)) ?? [];
  if (nodes.length === 0 || unknown.length > 0) {
    throw new KaliumError("E_CLUSTER", `the cluster has no node ${unknown.join(", ")}`, { hint: "kubectl get nodes" });
  }
  const namespace = systemNamespaceManifest(runId);
  const found = await readObject(cluster, namespace);
  if (found === undefined) await applyObject(cluster, namespace);
  try {
    await using agents = await startNodeAgents(cluster, { runId, nodes, image: agentImage });
    await using archive = await writeArchive(directory, images);
    for (const shell of agents.shells) {
      // The end of the input does not reach every node, so its length goes with it.
      await runOn(shell, "import the images", importScript, {
        args: [String(archive.sizeBytes), ctr],
        input: createReadStream(archive.file),
        timeoutMs: importMs,
      });
      onNode?.(shell.node);
    }
    return agents.shells.map(({ node }) => node);
  } finally {
    if (found === undefined) await removeObject(cluster, namespace, { timeoutMs: removalMs });
  }
}

/** Containerd's program may lie beside it, off the usual paths. */
const importScript = `
set -e
size=$1 ctr=$2
if ! command -v "$ctr" >/dev/null; then
  for pid in $(pidof containerd || true); do
    beside=$(dirname "$(readlink -f /proc/$pid/exe)")/ctr
    if [ -x "$beside" ]; then ctr=$beside; fi
  done
fi
head -c "$size" | "$ctr" -n k8s.io images import - >/dev/null
`;

async function writeArchive(
  directory: string,
  images: readonly NamedImage[],
): Promise<AsyncDisposable & { readonly file: string; readonly sizeBytes: number }> {
  const store = await openBlobStore(directory);
  const file = join(directory, `archive-${randomBytes(4).toString("hex")}.tar`);
  const remove = (): Promise<void> => rm(file, { force: true });
  try {
    await pipeline(archiveOf(store, images), createWriteStream(file));
    return { file, sizeBytes: await sizeOf(file), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
