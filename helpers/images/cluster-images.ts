import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { functions as allFunctions } from "../../fixtures/hello-retail/deployed-functions.ts";
import { variants as allVariants } from "../../fixtures/variants/index.ts";
import type { DeployedFunction, ImageRecipe, Variant, VariantDefinition } from "../contracts/application.ts";
import { KaliumError } from "../base/errors.ts";
import { buildImages, type FunctionImage } from "./build-images.ts";
import { createBundler } from "./bundler.ts";
import { emptyFunction } from "./empty-function.ts";
import { artifactImage } from "./artifact-names.ts";
import { functionLayer, functionSettings, nodeLayer, watchdogLayer } from "./function-layers.ts";
import { sha256 } from "./oci/blob-store.ts";
import { layerKey, type LayerEntry } from "./oci/layer.ts";

export interface ImagesOptions {
  readonly variants?: readonly VariantDefinition[] | undefined;
  /** Default: the application's, and the empty function of the vanilla variant. */
  readonly functions?: readonly DeployedFunction[] | undefined;
  /** The Node of the images; default: this one. */
  readonly nodeBinary?: string | undefined;
  /** Path of OpenFaaS' own of-watchdog, instead of ours. */
  readonly watchdog?: string | undefined;
  /** `artifact`: the names under which the artifact published its images. */
  readonly names?: "own" | "artifact" | undefined;
  /** Before our own names: `registry.example:5000/project`. */
  readonly prefix?: string | undefined;
}

/** An image that can be built, or was: its name follows from what is in it. */
export interface ClusterImage extends FunctionImage {
  readonly variant: Variant;
  readonly function: string;
  /** Folder with the function's files. */
  readonly directory: string;
  readonly recipe: ImageRecipe;
}

export interface PreparedImages extends AsyncDisposable {
  readonly images: readonly ClusterImage[];
  readonly node: readonly LayerEntry[];
  readonly watchdog: readonly LayerEntry[];
}

/**
 * References of all function images, by variant and function, from the sources alone: the same that `npm run images`
 * builds, loads and pushes. `digest` is of the function's files, as for local images.
 * @throws {KaliumError} E_DEPLOY when a function does not bundle
 */
export async function clusterImages(
  options: ImagesOptions = {},
): Promise<Readonly<Partial<Record<Variant, Readonly<Record<string, FunctionImage>>>>>> {
  await using prepared = await prepareImages(options);
  const all: Partial<Record<Variant, Record<string, FunctionImage>>> = {};
  for (const { variant, function: name, reference, digest, sizeBytes } of prepared.images) {
    (all[variant] ??= {})[name] = { reference, digest, sizeBytes };
  }
  return all;
}

/** Bundles the functions into a folder that ends with the result, and names the images. */
export async function prepareImages(options: ImagesOptions): Promise<PreparedImages> {
  const { variants = allVariants, nodeBinary = process.execPath } = options;
  const [node, watchdog] = await Promise.all([nodeLayer(nodeBinary), watchdogLayer(options.watchdog)]);
  const shared = await Promise.all([layerKey(node), layerKey(watchdog)]);
  const root = await mkdtemp(join(tmpdir(), "kalium-images-"));
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true });
  try {
    const bundler = createBundler();
    const ofVariant = async (variant: VariantDefinition): Promise<ClusterImage[]> => {
      const plain = variant.name === "vanilla" && options.functions === undefined ? [emptyFunction] : [];
      const functions = [...(options.functions ?? allFunctions), ...plain];
      const built = await buildImages({ functions, variant, imagesDirectory: root, bundler });
      return Promise.all(
        functions.map(async (definition) => {
          const image = built[definition.name];
          if (image === undefined) throw new TypeError(`${definition.name} was built`);
          const directory = join(root, image.reference.replace(":", "/"));
          const recipe = variant.image(definition);
          const layers = [...shared, await layerKey(functionLayer(directory, recipe))];
          const tag = sha256(JSON.stringify([layers, functionSettings(recipe)])).slice("sha256:".length, 19);
          const reference = nameOf(options, variant.name, definition.name, tag);
          return { ...image, reference, variant: variant.name, function: definition.name, directory, recipe };
        }),
      );
    };
    const images = (await Promise.all(variants.map(ofVariant))).flat();
    return { images, node, watchdog, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function nameOf({ names, prefix }: ImagesOptions, variant: Variant, name: string, tag: string): string {
  if (names !== "artifact") return `${prefix === undefined ? "" : `${prefix}/`}kalium-bench/${variant}-${name}:${tag}`;
  const published = artifactImage(variant, name);
  if (published !== undefined) return published;
  throw new KaliumError("E_CONFIG", `the artifact has no image for the function ${name} of the variant ${variant}`, {
    hint: "Name the variants that it has: --variant vanilla --variant valve --variant trapeze",
  });
}
