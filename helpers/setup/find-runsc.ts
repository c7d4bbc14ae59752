import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { findProgram, outputOf } from "./probe.ts";

export interface Runsc {
  readonly path: string;
  /** As it says itself: `0.0~20240729.0` (Debian), `release-20240729.0` (gVisor's own). */
  readonly version: string;
  /** It has the platform systrap, which releases since mid-2023 use by default; before it was ptrace. */
  readonly systrap: boolean;
}

/** Where the project keeps what it fetches for itself, outside of any checkout. */
export const cacheDirectory = (env: Readonly<Record<string, string | undefined>> = process.env): string =>
  join(env["XDG_CACHE_HOME"]?.startsWith("/") ? env["XDG_CACHE_HOME"] : join(homedir(), ".cache"), "kalium-bench");

/** The runsc that runs use: the one that was named, else the newest of the private cache, else the one on PATH. */
export async function findRunsc(named?: string): Promise<Runsc | undefined> {
  if (named !== undefined) return askRunsc(named);
  for (const path of await cachedBinaries()) {
    const runsc = await askRunsc(path);
    if (runsc !== undefined) return runsc;
  }
  const path = await findProgram("runsc");
  return path === undefined ? undefined : askRunsc(path);
}

/** What a runsc says about itself; `undefined` when it does not run here. */
export async function askRunsc(path: string): Promise<Runsc | undefined> {
  const [version, flags] = await Promise.all([outputOf(path, "--version"), outputOf(path, "flags")]);
  const name = version === undefined ? undefined : /^runsc version (\S+)/.exec(version)?.[1];
  if (name === undefined) return undefined;
  return { path, version: name, systrap: /platform to use:.*systrap/.test(flags ?? "") };
}

/** Newest version first. */
async function cachedBinaries(): Promise<readonly string[]> {
  const folders = await readdir(cacheDirectory()).catch(() => []);
  return folders
    .filter((folder) => folder.startsWith("runsc-"))
    .toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((folder) => join(cacheDirectory(), folder, "usr/bin/runsc"));
}
