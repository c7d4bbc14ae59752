import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { leanBundle } from "../../fixtures/hello-retail/host/lean-bundle.ts";
import type { BundleSource, DeployedFunction, VariantDefinition } from "../contracts.ts";
import { KaliumError } from "../errors.ts";

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
}

/**
 * Bundles each function with its host into one file: opening many files is what makes Node start slowly in a sandbox.
 * @returns images by function name
 * @throws {KaliumError} E_DEPLOY when a function does not bundle
 */
export async function buildImages(options: BuildOptions): Promise<Readonly<Record<string, FunctionImage>>> {
  const built = await Promise.all(
    options.functions.map(async (definition) => [definition.name, await buildImage(definition, options)] as const),
  );
  return Object.fromEntries(built);
}

async function buildImage(
  definition: DeployedFunction,
  { variant, imagesDirectory }: BuildOptions,
): Promise<FunctionImage> {
  const repository = `kalium-bench/${definition.name}`;
  const directory = join(imagesDirectory, repository, variant.name);
  await mkdir(directory, { recursive: true });
  const { bundles, copies = {}, command } = variant.image(definition);
  try {
    await Promise.all([
      ...Object.entries(bundles).map(([file, source]) => bundle(source, join(directory, file))),
      ...Object.entries(copies).map(([file, from]) => copyFile(from, join(directory, file))),
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
  await writeFile(join(directory, "image.json"), JSON.stringify({ command, digest }));
  return { reference: `${repository}:${variant.name}`, digest, sizeBytes };
}

const entryId = "\0entry";

async function bundle({ code, replace = {}, external = [] }: BundleSource, file: string): Promise<void> {
  await using build = await rolldown({
    input: entryId,
    platform: "node",
    logLevel: "silent",
    external: [...external],
    plugins: [
      leanBundle,
      {
        name: "entry",
        resolveId: (id) => (id === entryId ? entryId : null),
        load: (id) => (id === entryId ? { code, moduleType: "ts" } : null),
      },
      {
        name: "replace",
        resolveId: {
          order: "pre",
          async handler(specifier, importer, options) {
            const found = await this.resolve(specifier, importer, { ...options, skipSelf: true });
            return found === null ? null : (replace[found.id] ?? found);
          },
        },
      },
    ],
  });
  await build.write({ file, format: "cjs", minify: true, codeSplitting: false });
}
