import type { Readable } from "node:stream";
import { KaliumError } from "../../base/errors.ts";
import { fullName } from "../../images/oci/archive.ts";
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

/** Writes down what the node has, so that `restoreImages` knows what kubelets have pulled since. @throws {KaliumError} E_CLUSTER */
export async function rememberImages(
  shell: NodeShell,
  containerd: Containerd,
  journal: Pick<NodeJournal, "hasImages">,
): Promise<void> {
  if (containerd.ctr === undefined) return; // then none can be removed, either
  const list = await runOn(shell, "list images", '"$@"', { args: [...clientOf(shell, containerd), "ls", "--quiet"] });
  await journal.hasImages(list.split("\n").filter(Boolean));
}

/**
 * Images that are gone already are fine. Kubernetes' part of containerd gives every image further names, its id and, for
 * one that was pulled, its digest; those go first, because they are found by the first one. @throws {KaliumError} E_CLUSTER
 */
export async function restoreImages(shell: NodeShell, containerd: Containerd, record: NodeRecord): Promise<void> {
  if (containerd.ctr === undefined && record.images.length === 0) return;
  const client = clientOf(shell, containerd);
  const names = addedNames(await runOn(shell, "list images", '"$@"', { args: [...client, "ls"] }), record);
  if (names.length === 0) return;
  await runOn(shell, "remove images", '"$@"', { args: [...client, "remove", "--sync", ...names] });
}

/** Of functions: the tag follows from what is in the image, so nobody else's has such a name. */
const functionImage = /(?:^|\/)kalium-bench\/[-a-z0-9]+:[0-9a-f]{12}$/;

/** From the table of `ctr images ls`: names of images that a run has brought, by an import or through a kubelet. Pure. */
export function addedNames(
  table: string,
  { images, imagesBefore }: Pick<NodeRecord, "images" | "imagesBefore">,
): readonly string[] {
  const [, ...rows] = table.split("\n").map((line) => line.trim().split(/\s+/));
  const before = new Set(imagesBefore);
  const isAdded = (name: string): boolean =>
    images.includes(name) || (imagesBefore !== undefined && !before.has(name) && functionImage.test(name));
  const isFurther = (name: string): boolean => name.startsWith("sha256:") || name.includes("@sha256:");
  const digests = new Set(rows.flatMap(([name = "", , digest = ""]) => (isAdded(name) ? [digest] : [])));
  const shared = new Set(
    rows.flatMap(([name = "", , digest = ""]) =>
      !isAdded(name) && (!isFurther(name) || before.has(name)) ? [digest] : [],
    ),
  );
  const further = rows.flatMap(([name = "", , digest = ""]) =>
    isFurther(name) && digests.has(digest) && !shared.has(digest) ? [name] : [],
  );
  return [...further, ...rows.flatMap(([name = ""]) => (isAdded(name) ? [name] : []))];
}
