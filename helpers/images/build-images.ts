import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DeployedFunction, VariantDefinition } from "../contracts/application.ts";
import { KaliumError } from "../base/errors.ts";
import { type Bundler, createBundler } from "./bundler.ts";
import { describeImage, type UnpackedWatchdog, unpackWatchdog } from "./unpacked.ts";

/** A function image of the embedded gateway: a folder with bundled files and `image.json`. */
export interface FunctionImage {
  /** What a deployment names: `kalium-bench/<function>:<variant>`. */
  readonly reference: string;
  /** Digest over the names and contents of all files, `sha256:<hex>`. */
  readonly digest: string;
  readonly sizeBytes: number;
}

export interface BuildOptions {
  readonly functions: readonly DeployedFunction[];
  readonly variant: VariantDefinition;
  /** The gateway's images directory. */
  readonly imagesDirectory: string;
  /** Absent: ours, written for these images. */
  readonly watchdog?: UnpackedWatchdog;
  /** Shared with other variants; absent: one of its own. */
  readonly bundler?: Bundler;
}

/**
 * Bundles each function with its host into one file: opening many files is what makes Node start slowly in a sandbox.
 * @returns images by function name
 * @throws {KaliumError} E_DEPLOY when a function does not bundle
 */
export async function buildImages(options: BuildOptions): Promise<Readonly<Record<string, FunctionImage>>> {
  const { watchdog = await unpackWatchdog(options.imagesDirectory) } = options;
  const complete = { bundler: createBundler(), ...options, watchdog };
  const built = await Promise.all(
    options.functions.map(async (definition) => [definition.name, await buildImage(definition, complete)] as const),
  );
  return Object.fromEntries(built);
}

async function buildImage(
  definition: DeployedFunction,
  { variant, imagesDirectory, bundler, watchdog }: Required<BuildOptions>,
): Promise<FunctionImage> {
  const repository = `kalium-bench/${definition.name}`;
  const directory = join(imagesDirectory, repository, variant.name);
  await mkdir(directory, { recursive: true });
  const { bundles, copies = {}, command } = variant.image(definition);
  try {
    await Promise.all([
      ...Object.entries(bundles).map(async ([file, source]) => writeFile(join(directory, file), await bundler(source))),
      ...Object.entries(copies).map(([file, from]) => copyInto(join(directory, file), from)),
    ]);
  } catch (error) {
    const what = `the ${variant.name} image of the function ${definition.name} cannot be built`;
    throw new KaliumError("E_DEPLOY", what, { cause: error });
  }
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for (const file of [...Object.keys(bundles), ...Object.keys(copies)].toSorted()) {
    const content = await readFile(join(directory, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
    sizeBytes += content.length;
  }
  const digest = `sha256:${hash.digest("hex")}`;
  await describeImage(directory, { command, digest, watchdog });
  return { reference: `${repository}:${variant.name}`, digest, sizeBytes };
}

async function copyInto(file: string, from: URL): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await copyFile(from, file);
}
