import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { messageOf } from "../base/errors.ts";
import type { FetchedImage, ImageCache } from "../image-cache/cache.ts";
import { type ImageReference, inRegistry, parseReference } from "../image-cache/reference.ts";
import { refusal } from "./refusal.ts";

/** What a deployment names. */
export type DeployedImage = StoredImage | FetchedImage;

/**
 * A function image of ours as it lies unpacked: a folder `<images directory>/<repository>/<tag>/` with the function's layer and
 * `image.json`, and the watchdog's layer, which images share.
 */
export interface StoredImage {
  readonly kind: "stored";
  readonly directory: string;
  /** Laid out as in a root file system. */
  readonly watchdogDirectory: string;
  /** The program in the watchdog's layer. */
  readonly entrypoint: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly digest: string;
}

const imageSchema = z.object({
  entrypoint: z.array(z.string().min(1)).min(1),
  env: z.record(z.string(), z.string()),
  /** Folder of its layer, relative to the images directory. */
  watchdog: z.string().regex(/^\w[\w.-]*$/),
  digest: z.string().min(1),
});

// Each part starts and ends with a letter or digit, so that no reference can leave the images directory.
const repositoryPattern = /^[a-z0-9]+(?:[._:-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

export interface ImageSources {
  readonly imagesDirectory: string;
  /** For images of others. */
  readonly cache: ImageCache;
  /** Registries that images may be fetched from: `ghcr.io`, `127.0.0.1:5000`; `*`: all. */
  readonly registries: readonly string[];
}

/**
 * Finds an image of ours by `repository[:tag]`, the tag `latest` if absent, or one of somebody else's by a reference that
 * names its transport. Any other name is one of a registry, where that may be asked.
 * @throws {KaliumError} a 400 that names the reference
 */
export async function findImage(sources: ImageSources, reference: string): Promise<DeployedImage> {
  const elsewhere = parseReference(reference) ?? (reference.includes("@") ? inRegistry(reference) : undefined);
  if (elsewhere !== undefined) return fetchable(sources, elsewhere);
  const colon = reference.indexOf(":", reference.lastIndexOf("/") + 1);
  const repository = colon === -1 ? reference : reference.slice(0, colon);
  const tag = colon === -1 ? "latest" : reference.slice(colon + 1);
  if (!repositoryPattern.test(repository) || !tagPattern.test(tag)) {
    throw refusal(400, `${JSON.stringify(reference)} is not an image reference of the form repository/name:tag`);
  }
  const stored = await storedImage(sources.imagesDirectory, repository, tag);
  if (stored !== undefined) return stored;
  const registered = inRegistry(reference);
  if (isAllowed(sources, registered)) return fetchable(sources, registered);
  const known = (await knownImages(sources.imagesDirectory)).join(", ") || "none";
  const copy = `skopeo copy docker://${reference} oci:/FOLDER:${tag}`;
  const hint = `Set KALIUM_IMAGE_REGISTRIES=${registryOf(registered)} to fetch it from there, or name a copy of it: \`${copy}\`.`;
  throw refusal(400, `unknown image ${repository}:${tag}; known images: ${known}`, hint);
}

function fetchable(sources: ImageSources, reference: ImageReference): Promise<FetchedImage> {
  if (isAllowed(sources, reference)) return sources.cache.find(reference);
  const registry = registryOf(reference);
  const hint = `Set KALIUM_IMAGE_REGISTRIES=${registry} where the gateway is started.`;
  throw refusal(400, `images of the registry ${registry} are not allowed`, hint);
}

const registryOf = (reference: ImageReference): string => (reference.kind === "registry" ? reference.registry : "");

const isAllowed = ({ registries }: ImageSources, reference: ImageReference): boolean =>
  reference.kind !== "registry" || registries.some((allowed) => allowed === "*" || allowed === reference.registry);

/** @throws {KaliumError} a 400 for one that cannot be read */
async function storedImage(imagesDirectory: string, repository: string, tag: string): Promise<StoredImage | undefined> {
  const directory = join(imagesDirectory, repository, tag);
  const text = await readFile(join(directory, "image.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { watchdog, ...image } = imageSchema.parse(JSON.parse(text));
    return { kind: "stored", directory, watchdogDirectory: join(imagesDirectory, watchdog), ...image };
  } catch (error) {
    throw refusal(400, `image ${repository}:${tag} has an unusable image.json: ${messageOf(error)}`);
  }
}

async function knownImages(imagesDirectory: string): Promise<readonly string[]> {
  const files = await readdir(imagesDirectory, { recursive: true }).catch(() => []);
  return files
    .filter((file) => file.endsWith("/image.json"))
    .map((file) => dirname(file).replace(/\/([^/]+)$/, ":$1"))
    .sort();
}
