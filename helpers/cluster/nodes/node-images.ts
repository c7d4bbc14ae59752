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

type ImageJournal = Pick<NodeJournal, "addsImages">;

/**
 * Writes down which of these images the node lacks, for `restoreImages` to remove them.
 * @returns their full names
 * @throws {KaliumError} E_CLUSTER
 */
export async function announceImages(
  shell: NodeShell,
  containerd: Containerd,
  journal: ImageJournal,
  references: readonly string[],
): Promise<readonly string[]> {
  const list = await runOn(shell, "list images", '"$@"', { args: [...clientOf(shell, containerd), "ls", "--quiet"] });
  const present = new Set(list.split("\n"));
  const absent = references.map(fullName).filter((reference) => !present.has(reference));
  await journal.addsImages(absent);
  return absent;
}

/** Imports an image that the node lacks; `restoreImages` removes it. @throws {KaliumError} E_CLUSTER, E_TIMEOUT */
export async function importImage(
  shell: NodeShell,
  containerd: Containerd,
  journal: ImageJournal,
  { reference, sizeBytes, open }: ImageArchive,
): Promise<void> {
  const client = clientOf(shell, containerd);
  const absent = await announceImages(shell, containerd, journal, [reference]);
  if (absent.length === 0) return;
  await runOn(shell, `import ${absent.join()}`, 'size=$1; shift; head -c "$size" | "$@"', {
    args: [String(sizeBytes), ...client, "import", "-"],
    input: open(),
    timeoutMs: 300_000,
  });
}

/**
 * Images that are gone already are fine. Kubernetes' part of containerd gives every image a second name, its id; that
 * goes first, because it is found by the first one. @throws {KaliumError} E_CLUSTER
 */
export async function restoreImages(shell: NodeShell, containerd: Containerd, { images }: NodeRecord): Promise<void> {
  if (images.length === 0) return;
  const client = clientOf(shell, containerd);
  const ids = idsOf(await runOn(shell, "list images", '"$@"', { args: [...client, "ls"] }), images);
  await runOn(shell, "remove images", '"$@"', { args: [...client, "remove", "--sync", ...ids, ...images] });
}

/** From the table of `ctr images ls`: ids of images that have no names but these. Pure. */
export function idsOf(table: string, names: readonly string[]): readonly string[] {
  const rows = table.split("\n").map((line) => line.trim().split(/\s+/));
  const digests = new Set(rows.flatMap(([name = "", , digest = ""]) => (names.includes(name) ? [digest] : [])));
  const isId = (name: string): boolean => name.startsWith("sha256:");
  const shared = new Set(
    rows.flatMap(([name = "", , digest = ""]) => (isId(name) || names.includes(name) ? [] : [digest])),
  );
  return rows.flatMap(([name = "", , digest = ""]) =>
    isId(name) && digests.has(digest) && !shared.has(digest) ? [name] : [],
  );
}
