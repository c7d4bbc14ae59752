import type { Readable } from "node:stream";
import { KaliumError } from "../../errors.ts";
import { fullName } from "../images/oci/archive.ts";
import type { Containerd } from "./containerd.ts";
import type { NodeJournal, NodeRecord } from "./node-journal.ts";
import { type NodeShell, runOn } from "./node-shell.ts";

/** Of an image, as one tar. */
export interface ImageArchive {
  readonly reference: string;
  readonly sizeBytes: number;
  readonly open: () => Readable;
}

/** The part of containerd's store that Kubernetes sees. */
export const kubernetesImages = ["--namespace", "k8s.io", "images"] as const;

export const clientOf = (shell: NodeShell, { ctr, socket }: Containerd): readonly string[] => {
  if (ctr !== undefined) return [ctr, "--address", socket, ...kubernetesImages];
  throw new KaliumError("E_CLUSTER", `node ${shell.node} has no ctr beside its containerd`, {
    hint: "Push the image to a registry that the nodes can pull from, and name it.",
  });
};

/** Imports an image that the node lacks; `restoreImages` removes it. @throws {KaliumError} E_CLUSTER, E_TIMEOUT */
export async function importImage(
  shell: NodeShell,
  containerd: Containerd,
  journal: Pick<NodeJournal, "addsImage">,
  { reference: given, sizeBytes, open }: ImageArchive,
): Promise<void> {
  const reference = fullName(given);
  const client = clientOf(shell, containerd);
  const names = await runOn(shell, "list images", '"$@"', { args: [...client, "ls", "--quiet"] });
  if (names.split("\n").includes(reference)) return;
  await journal.addsImage(reference);
  await runOn(shell, `import ${reference}`, 'size=$1; shift; head -c "$size" | "$@"', {
    args: [String(sizeBytes), ...client, "import", "-"],
    input: open(),
    timeoutMs: 300_000,
  });
}

/** Images that are gone already are fine. @throws {KaliumError} E_CLUSTER */
export async function restoreImages(shell: NodeShell, containerd: Containerd, { images }: NodeRecord): Promise<void> {
  if (images.length === 0) return;
  await runOn(shell, "remove images", '"$@"', {
    args: [...clientOf(shell, containerd), "remove", "--sync", ...images],
  });
}
