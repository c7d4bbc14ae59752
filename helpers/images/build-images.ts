import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { leanBundle } from "../../fixtures/hello-retail/host/lean-bundle.ts";
import type { DeployedFunction, Variant } from "../contracts.ts";
import { KaliumError } from "../errors.ts";

/** A function image of the embedded gateway: a folder with one bundled file and `image.json`. */
export interface FunctionImage {
  /** What a deployment names: `kalium-bench/<function>:<variant>`. */
  readonly reference: string;
  /** Digest of the bundle, `sha256:<hex>`. */
  readonly digest: string;
  readonly sizeBytes: number;
}

export interface BuildOptions {
  readonly functions: readonly DeployedFunction[];
  readonly variant: Variant;
  /** Module that exports `serve(handler)`. */
  readonly host: URL;
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

async function buildImage(definition: DeployedFunction, options: BuildOptions): Promise<FunctionImage> {
  const repository = `kalium-bench/${definition.name}`;
  const directory = join(options.imagesDirectory, repository, options.variant);
  await mkdir(directory, { recursive: true });
  await bundle(definition, options.host, join(directory, "index.cjs"));
  const code = await readFile(join(directory, "index.cjs"));
  const digest = `sha256:${createHash("sha256").update(code).digest("hex")}`;
  await writeFile(join(directory, "image.json"), JSON.stringify({ command: ["node", "index.cjs"], digest }));
  return { reference: `${repository}:${options.variant}`, digest, sizeBytes: code.length };
}

const entryId = "\0entry";

async function bundle({ name, handler }: DeployedFunction, host: URL, file: string): Promise<void> {
  const entry = `
    import handler from ${JSON.stringify(fileURLToPath(handler))};
    import { serve } from ${JSON.stringify(fileURLToPath(host))};
    void serve(handler);`;
  try {
    await using build = await rolldown({
      input: entryId,
      platform: "node",
      logLevel: "silent",
      plugins: [
        leanBundle,
        {
          name: "entry",
          resolveId: (id) => (id === entryId ? entryId : null),
          load: (id) => (id === entryId ? { code: entry, moduleType: "ts" } : null),
        },
      ],
    });
    await build.write({ file, format: "cjs", minify: true, codeSplitting: false });
  } catch (error) {
    throw new KaliumError("E_DEPLOY", `the function ${name} cannot be bundled`, { cause: error });
  }
}
