import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { messageOf } from "../base/errors.ts";
import { refusal } from "./refusal.ts";

/**
 * A function image as it lies unpacked: a folder `<images directory>/<repository>/<tag>/` with the function's layer and
 * `image.json`, and the watchdog's layer, which images share.
 */
export interface StoredImage {
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

/**
 * Finds `repository[:tag]`; the tag defaults to `latest`.
 * @throws {KaliumError} a 400 that names the reference
 */
export async function findImage(imagesDirectory: string, reference: string): Promise<StoredImage> {
  const colon = reference.indexOf(":", reference.lastIndexOf("/") + 1);
  const repository = colon === -1 ? reference : reference.slice(0, colon);
  const tag = colon === -1 ? "latest" : reference.slice(colon + 1);
  if (!repositoryPattern.test(repository) || !tagPattern.test(tag)) {
    throw refusal(400, `${JSON.stringify(reference)} is not an image reference of the form repository/name:tag`);
  }
  const directory = join(imagesDirectory, repository, tag);
  let text: string;
  try {
    text = await readFile(join(directory, "image.json"), "utf8");
  } catch {
    const known = (await knownImages(imagesDirectory)).join(", ") || "none";
    throw refusal(400, `unknown image ${repository}:${tag}; known images: ${known}`);
  }
  try {
    const { watchdog, ...image } = imageSchema.parse(JSON.parse(text));
    return { directory, watchdogDirectory: join(imagesDirectory, watchdog), ...image };
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
