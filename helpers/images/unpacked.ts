/** Function images as the embedded gateway runs them: the layers of `function-layers.ts` in folders, not in archives. */
import { copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { openToAll } from "../base/open-to-all.ts";
import { ownVariables, watchdogLayer } from "./function-layers.ts";
import { inImage } from "./in-image.ts";
import { digestOfFile, sha256 } from "./oci/blob-store.ts";
import { layerKey } from "./oci/layer.ts";

/** The watchdog's layer in a folder of the images directory. */
export interface UnpackedWatchdog extends WatchdogIdentity {
  /** Its name in the images directory. */
  readonly folder: string;
}

/** Which watchdog stands before the functions. */
export interface WatchdogIdentity {
  /** `kalium-bench` for ours, else the name of the program's file. */
  readonly name: string;
  /** Of all its files, `sha256:<hex>`; of a program, its own. */
  readonly digest: string;
}

/** @param program OpenFaaS' own of-watchdog; absent: ours */
export async function watchdogIdentity(program?: string): Promise<WatchdogIdentity> {
  if (program !== undefined) return { name: basename(program), digest: await digestOfFile(program) };
  return { name: "kalium-bench", digest: `sha256:${await layerKey(await watchdogLayer())}` };
}

/** Writes the watchdog beside the images. @param program OpenFaaS' own of-watchdog; absent: ours */
export async function unpackWatchdog(imagesDirectory: string, program?: string): Promise<UnpackedWatchdog> {
  const [layer, identity] = await Promise.all([watchdogLayer(program), watchdogIdentity(program)]);
  const folder = `watchdog-${identity.digest.slice("sha256:".length, "sha256:".length + 12)}`;
  const directory = join(imagesDirectory, folder);
  const draft = `${directory}.${process.pid}-${sha256(String(performance.now())).slice(-6)}`;
  for (const entry of layer) {
    if (entry.kind !== "text" && entry.kind !== "file") throw new TypeError("the watchdog's layer has files alone");
    const file = join(draft, entry.path);
    await mkdir(dirname(file), { recursive: true });
    if (entry.kind === "text") await writeFile(file, entry.content, { mode: entry.mode ?? 0o644 });
    else await copyFile(entry.from, file);
  }
  await openToAll(draft);
  await rename(draft, directory).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error; // else it is there already
  });
  return { folder, ...identity };
}

/** Says how an image starts, beside the files of its function: what a cluster's image has in its configuration. */
export async function describeImage(
  directory: string,
  {
    command,
    digest,
    watchdog,
  }: { readonly command: readonly string[]; readonly digest: string; readonly watchdog: UnpackedWatchdog },
): Promise<void> {
  // Folders and ports are the place's, which an image that is unpacked does not know.
  const [entrypoint, env] = [[inImage.watchdog], ownVariables({ command })];
  await writeFile(
    join(directory, "image.json"),
    JSON.stringify({ entrypoint, env, watchdog: watchdog.folder, digest }),
  );
  await openToAll(directory);
}

/** An image of files that are there already, for tests and measurements of our own parts. */
export async function writeImageOf(
  imagesDirectory: string,
  reference: string,
  { files, command }: { readonly files: Readonly<Record<string, URL>>; readonly command: readonly string[] },
): Promise<void> {
  const directory = join(imagesDirectory, reference.replace(":", "/"));
  await mkdir(directory, { recursive: true });
  for (const [name, from] of Object.entries(files)) await copyFile(from, join(directory, name));
  const watchdog = await unpackWatchdog(imagesDirectory);
  await describeImage(directory, { command, digest: sha256(JSON.stringify([reference, command])), watchdog });
}
