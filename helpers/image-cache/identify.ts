import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { fileReasonOf, KaliumError, messageOf } from "../base/errors.ts";
import { runCommand } from "../sandboxes/run-command.ts";
import { digestSchema, jsonOf } from "./image-config.ts";
import { type ImageReference, sourceOf } from "./reference.ts";
import { readManifest } from "./skopeo.ts";

/** An image under one name at this moment. */
export interface IdentifiedImage {
  /** With the name under which it was found. */
  readonly reference: ImageReference;
  /** Of the manifest, or of the index over those of several architectures: `sha256:<hex>`. */
  readonly digest: string;
}

const nameAnnotation = "org.opencontainers.image.ref.name";

const indexSchema = z.object({
  manifests: z.array(
    z.object({
      digest: digestSchema,
      annotations: z.record(z.string(), z.string()).nullish(),
    }),
  ),
});

/** Asks which image a name means; nothing is fetched. @throws {KaliumError} E_DEPLOY */
export async function identify(reference: ImageReference, signal: AbortSignal): Promise<IdentifiedImage> {
  if (reference.kind === "layout") return inLayout(reference, signal);
  if (reference.kind === "registry") {
    const digest = manifestDigest(await readManifest(reference, signal));
    const name = `${reference.name.replace(/(?::[\w][\w.-]*)?(?:@.*)?$/, "")}@${digest}`; // a tag may move meanwhile
    return { reference: { ...reference, name }, digest };
  }
  try {
    return { reference, digest: manifestDigest(await readManifest(reference, signal)) };
  } catch (error) {
    // faas-cli writes `:latest` behind every name without a tag, and so behind a path.
    if (reference.kind !== "archive" || reference.name !== "latest") throw error;
    const { name: _latest, ...only } = reference;
    return { reference: only, digest: manifestDigest(await readManifest(only, signal)) };
  }
}

export const manifestDigest = (manifest: string): string =>
  `sha256:${createHash("sha256").update(manifest).digest("hex")}`;

/** Checks that a source still holds what it was found to hold, and a layout what its index promises. @throws {KaliumError} E_DEPLOY */
export async function verifyManifest({ reference, digest }: IdentifiedImage, signal: AbortSignal): Promise<void> {
  const seen = manifestDigest(await readManifest(reference, signal));
  if (seen === digest) return;
  const source = sourceOf(reference);
  throw new KaliumError("E_DEPLOY", `the manifest of ${source} has the digest ${seen}, expected ${digest}`, {
    hint: "Write the image again, or deploy again: it was altered since.",
    details: { status: 400, lasting: true },
  });
}

const whyNoIndex = (error: unknown): string =>
  error instanceof Error && "path" in error ? `${String(error.path)}: ${fileReasonOf(error)}` : messageOf(error);

type Layout = Extract<ImageReference, { kind: "layout" }>;

async function inLayout(reference: Layout, signal: AbortSignal): Promise<IdentifiedImage> {
  const source = sourceOf(reference);
  const refused = (reason: string, hint: string): KaliumError =>
    new KaliumError("E_DEPLOY", reason, { hint, details: { status: 400 } });
  const text = await indexText(reference, signal).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw refused(
      `image ${source} is not found: ${whyNoIndex(error)}`,
      `Look at it with \`skopeo inspect ${source}\`.`,
    );
  });
  const parsed = indexSchema.safeParse(jsonOf(text));
  if (!parsed.success) {
    throw refused(
      `image ${source} has an unusable index.json: ${z.prettifyError(parsed.error)}`,
      "Write the image again.",
    );
  }
  const { manifests } = parsed.data;
  const names = manifests.map(({ annotations }) => annotations?.[nameAnnotation]);
  const { name } = reference;
  let index = names.findIndex((each) => name !== undefined && each === name);
  // faas-cli writes `:latest` behind every name without a tag, and so behind a path.
  if (index === -1 && manifests.length === 1 && (name === undefined || name === "latest")) index = 0;
  const found = manifests[index];
  if (found === undefined) {
    const known = names.map((each) => each ?? "(no name)").join(", ") || "none";
    const wanted = name === undefined ? "names none of several images" : `has no image ${JSON.stringify(name)}`;
    throw refused(`${source} ${wanted}; its images: ${known}`, `Write ${reference.transport}:${reference.path}:NAME.`);
  }
  const called = names[index];
  const { name: _asked, ...nameless } = reference;
  return { reference: called === undefined ? nameless : { ...nameless, name: called }, digest: found.digest };
}

async function indexText({ transport, path }: Layout, signal: AbortSignal): Promise<string> {
  if (transport === "oci") return readFile(join(path, "index.json"), "utf8");
  for (const member of ["index.json", "./index.json"]) {
    const { code, stdout } = await runCommand(["tar", "-xOf", path, member], { timeoutMs: 600_000, signal });
    if (code === 0) return stdout;
  }
  await readFile(path, { flag: "r" }).then((bytes) => bytes.length);
  throw new Error(`${path} holds no index.json`);
}
