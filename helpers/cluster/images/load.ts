import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa, ExecaError } from "execa";
import { KaliumError, messageOf } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { applyObject, removeObject } from "../api/objects.ts";
import { systemNamespaceManifest } from "../nodes/agent-manifest.ts";
import { startNodeAgents } from "../nodes/agents.ts";
import { inspectContainerd } from "../nodes/containerd.ts";
import { announceImages, clientOf, kubernetesImages } from "../nodes/node-images.ts";
import { openNodeJournal } from "../nodes/node-journal.ts";
import { runOn } from "../nodes/node-shell.ts";
import { currentRun } from "../up/run-marks.ts";
import { archiveOf, type NamedImage } from "../../images/oci/archive.ts";
import { openBlobStore, sizeOf } from "../../images/oci/blob-store.ts";

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
      hint: "Name a command that reaches the node's containerd: --ctr 'ctr --address SOCKET'",
      cause: error,
    });
  }
}

export interface ClusterLoad {
  /** Names of nodes; absent: all. */
  readonly nodes?: readonly string[] | undefined;
  /** Image of the short-lived pods; absent: one that the nodes have. */
  readonly agentImage?: string | undefined;
  /** Program on the nodes; absent: the one that lies beside their containerd. */
  readonly ctr?: string | undefined;
  readonly onNode?: (node: string) => void;
}

/**
 * Imports the images on the nodes of a cluster, for those without a registry: privileged pods take the archive in and
 * hand it to the node's `ctr`. Where a run of `cluster up` is there, its `down` removes them again.
 * @throws {KaliumError} E_CLUSTER, E_TIMEOUT
 */
export async function loadIntoCluster(
  cluster: Cluster,
  directory: string,
  images: readonly NamedImage[],
  { nodes: names, agentImage, ctr, onNode }: ClusterLoad = {},
): Promise<readonly string[]> {
  const current = await currentRun(cluster);
  const runId = current ?? `images-${randomBytes(3).toString("hex")}`;
  const { items } = await cluster.ask("list nodes", () => cluster.core.listNode());
  const nodes = items.filter(({ metadata }) => names?.includes(metadata?.name ?? "") ?? true);
  const unknown = names?.filter((name) => !nodes.some(({ metadata }) => metadata?.name === name)) ?? [];
  if (nodes.length === 0 || unknown.length > 0) {
    throw new KaliumError("E_CLUSTER", `the cluster has no node ${unknown.join(", ")}`, {
      hint: "Run `kubectl get nodes`.",
    });
  }
  const namespace = systemNamespaceManifest(runId);
  if (current === undefined) await applyObject(cluster, namespace);
  try {
    await using agents = await startNodeAgents(cluster, { runId, nodes, image: agentImage });
    await using archive = await writeArchive(directory, images);
    for (const shell of agents.shells) {
      const containerd = await inspectContainerd(shell);
      const program = ctr === undefined ? clientOf(shell, containerd) : [ctr, ...kubernetesImages];
      if (current !== undefined) {
        const journal = await openNodeJournal(shell, current);
        const references = images.flatMap((image) => image.references);
        await announceImages(shell, ctr === undefined ? containerd : { ...containerd, ctr }, journal, references);
      }
      // The end of the input does not reach every node, so its length goes with it.
      await runOn(shell, "import the images", 'size=$1; shift; head -c "$size" | "$@" >/dev/null', {
        args: [String(archive.sizeBytes), ...program, "import", "-"],
        input: createReadStream(archive.file),
        timeoutMs: importMs,
      });
      onNode?.(shell.node);
    }
    return agents.shells.map(({ node }) => node);
  } finally {
    if (current === undefined) await removeObject(cluster, namespace, { timeoutMs: removalMs });
  }
}

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
