import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { KaliumError } from "../../base/errors.ts";
import { privateCache } from "../../runtimes/binary.ts";
import { chosenVariants } from "../../images/chosen.ts";
import { prepareImages, type ImagesOptions } from "../../images/cluster-images.ts";
import { functionLayer, functionSettings } from "../../images/function-layers.ts";
import type { NamedImage } from "../../images/oci/archive.ts";
import { openBlobStore } from "../../images/oci/blob-store.ts";
import { writeImage, type Image } from "../../images/oci/image.ts";
import { writeLayer } from "../../images/oci/layer.ts";
import { type ProgramName, programImages, programNames } from "./program-images.ts";

const descriptorSchema = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() });
const imageSchema = z.object({
  descriptor: descriptorSchema,
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
  blobs: z.array(descriptorSchema),
});

const builtSchema = z.object({
  reference: z.string(),
  /** Of a function's image. */
  variant: z.string().optional(),
  function: z.string().optional(),
  /** Of an image of our own programs. */
  program: z.enum(programNames).optional(),
  /** Of the image's manifest. */
  digest: z.string(),
  /** Of the function's files, the same as of the local image. */
  contentDigest: z.string().optional(),
  /** All layers, compressed, bytes. */
  sizeBytes: z.number(),
  image: imageSchema,
});

const listSchema = z.object({
  format: z.literal(1),
  /** Node in the images. */
  node: z.string(),
  watchdog: z.enum(["kalium-bench", "of-watchdog"]),
  /** What was asked for, to build the same from changed sources. */
  options: z.object({
    variants: z.array(z.string()).optional(),
    watchdog: z.string().optional(),
    names: z.enum(["own", "artifact"]).optional(),
  }),
  images: z.array(builtSchema),
});

export type BuiltImage = z.infer<typeof builtSchema>;
/** Content of `images.json`. */
export type ImageList = z.infer<typeof listSchema>;

/** Where images are built, unless told otherwise. */
export const imagesDirectory = (): string => join(privateCache(), "images");

/**
 * Builds the images of all functions and those of our programs, without a container engine, as one OCI layout. What has not
 * changed is not written again. Writes `images.json` beside them.
 */
export async function buildAll(directory: string, options: ImagesOptions): Promise<ImageList> {
  const store = await openBlobStore(directory);
  await using prepared = await prepareImages(options);
  const shared = [await writeLayer(store, prepared.node), await writeLayer(store, prepared.watchdog)];
  const images: BuiltImage[] = [];
  for (const {
    variant,
    function: name,
    reference,
    digest: contentDigest,
    directory: files,
    recipe,
  } of prepared.images) {
    const layers = [...shared, await writeLayer(store, functionLayer(files, recipe))];
    const image = await writeImage(store, layers, functionSettings(recipe));
    images.push({ reference, variant, function: name, contentDigest, ...described(image) });
  }
  for (const { program, layers, settings } of await programImages()) {
    const written = await Promise.all(layers.map((layer) => writeLayer(store, layer)));
    const image = await writeImage(store, [...shared.slice(0, 1), ...written], settings);
    const tag = image.descriptor.digest.slice("sha256:".length, 19);
    const prefix = options.prefix === undefined ? "" : `${options.prefix}/`;
    images.push({ reference: `${prefix}kalium-bench/${program}:${tag}`, program, ...described(image) });
  }
  const list: ImageList = {
    format: 1,
    node: process.version,
    watchdog: options.watchdog === undefined ? "kalium-bench" : "of-watchdog",
    options: {
      variants: options.variants?.map(({ name }) => name),
      watchdog: options.watchdog,
      names: options.names,
    },
    images,
  };
  await writeList(directory, list);
  return list;
}

const described = (image: Image): Pick<BuiltImage, "digest" | "sizeBytes" | "image"> => ({
  digest: image.descriptor.digest,
  sizeBytes: image.layers.reduce((sum, { size }) => sum + size, 0),
  image: { ...image, blobs: [...image.blobs], layers: [...image.layers] },
});

async function writeList(directory: string, list: ImageList): Promise<void> {
  const file = join(directory, "images.json");
  await mkdir(directory, { recursive: true });
  await writeFile(`${file}.draft`, JSON.stringify(list, null, 2));
  await rename(`${file}.draft`, file);
}

/** The images of the sources as they are now, with the options of the last build. What has not changed is quick. */
export async function buildAgain(directory: string): Promise<ImageList> {
  const none: ImageList["options"] = {};
  const options = await readImageList(directory).then(
    (list) => list.options,
    () => none,
  );
  return buildAll(directory, { ...options, variants: chosenVariants(options.variants) });
}

/** What the last build made. @throws {KaliumError} E_CONFIG when there is none */
export async function readImageList(directory: string): Promise<ImageList> {
  try {
    return listSchema.parse(JSON.parse(await readFile(join(directory, "images.json"), "utf8")));
  } catch (error) {
    throw new KaliumError("E_CONFIG", `no images are built in ${directory}`, {
      hint: "Run `npm run images -- build`.",
      cause: error,
    });
  }
}

/** The image of one of our programs. */
export const programImage = ({ images }: ImageList, wanted: ProgramName): BuiltImage => {
  const found = images.find(({ program }) => program === wanted);
  if (found === undefined) throw new TypeError(`buildAll builds the image ${wanted}`);
  return found;
};

export const namedImages = ({ images }: Pick<ImageList, "images">): readonly NamedImage[] =>
  images.map(({ image, reference }) => ({ image, references: [reference] }));

/** Removes all that was built. */
export const removeImages = (directory: string): Promise<void> => rm(directory, { recursive: true, force: true });
