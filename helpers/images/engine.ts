import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa, ExecaError } from "execa";
import { KaliumError, messageOf } from "../base/errors.ts";
import { openToAll } from "../base/open-to-all.ts";
import { prepareImages, type ClusterImage, type ImagesOptions } from "./cluster-images.ts";
import { inImage } from "./in-image.ts";
import type { LayerEntry } from "./oci/layer.ts";

const buildMs = 600_000;

/** Of the Dockerfiles; they name it too, for those who build by hand. */
const usualBase = "debian:12-slim";

export const dockerfileOf = (variant: string): string =>
  fileURLToPath(new URL(`dockerfiles/${variant}.Dockerfile`, import.meta.url));

/**
 * Builds the images with Docker or Podman, by the variant's Dockerfile. The function, the watchdog and Node are the same
 * files as without an engine; the base is the engine's, so digests differ.
 * @returns references, in the engine's own store: the engine pushes them
 * @throws {KaliumError} E_CONFIG with the engine's last words
 */
export async function buildWithEngine(
  engine: string,
  base = usualBase,
  options: ImagesOptions,
  onLine: (line: string) => void,
): Promise<readonly string[]> {
  if (engine !== "docker" && engine !== "podman") {
    throw new KaliumError("E_CONFIG", `--engine ${engine} is not known`, { hint: "Use docker or podman." });
  }
  await using prepared = await prepareImages(options);
  const context = await mkdtemp(join(tmpdir(), "kalium-context-"));
  try {
    await copyFile(options.nodeBinary ?? process.execPath, join(context, "node"));
    await layOut(join(context, "watchdog"), prepared.watchdog);
    for (const image of prepared.images) {
      await layOutFunction(join(context, "function"), image);
      const args = ["--build-arg", `BASE=${base}`, "--file", dockerfileOf(image.variant), "--tag", image.reference];
      await openToAll(context); // COPY keeps modes, and pods are not root
      onLine(`${engine} build ${image.reference}`);
      await run(engine, ["build", ...args, context]);
    }
    return prepared.images.map(({ reference }) => reference);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

/** The watchdog's files, and its program under the one name that the Dockerfile's `WATCHDOG` has by default. */
async function layOut(folder: string, entries: readonly LayerEntry[]): Promise<void> {
  for (const entry of entries) {
    const file = join(folder, entry.path === inImage.watchdog ? "fwatchdog" : entry.path);
    await mkdir(dirname(file), { recursive: true });
    if (entry.kind === "text") await writeFile(file, entry.content, { mode: entry.mode ?? 0o644 });
    if (entry.kind === "file") await copyFile(entry.from, file);
  }
  await mkdir(join(folder, "opt"), { recursive: true });
}

async function layOutFunction(folder: string, { directory, recipe }: ClusterImage): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const files = [...Object.keys(recipe.bundles), ...Object.keys(recipe.copies ?? {})];
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await copyFile(join(directory, file), join(folder, file));
  }
}

async function run(program: string, args: readonly string[]): Promise<void> {
  try {
    await execa(program, args, { timeout: buildMs });
  } catch (error) {
    const words = error instanceof ExecaError ? String(error.stderr).trim() || error.shortMessage : messageOf(error);
    throw new KaliumError("E_CONFIG", `${program} cannot build the image: ${words.slice(-2_000)}`, {
      hint: "Leave out --engine to build the images without one",
      cause: error,
    });
  }
}
