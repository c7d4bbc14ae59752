import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTicksOf } from "./run-directory.ts";

/** Temporary folders outside a run's own: `kalium-bench-<what>-<pid of the owner>-<random>`. */
const owned = /^kalium-bench-[a-z]+-(\d+)-\w+$/;

/**
 * Removes temporary folders whose owner no longer lives. A process id that came round again keeps its folder until the
 * next sweep.
 * @returns the paths removed
 */
export async function sweepFolders(parent = tmpdir()): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const name of await readdir(parent)) {
    const pid = owned.exec(name)?.[1];
    if (pid === undefined || (await startTicksOf(Number(pid))) !== undefined) continue;
    paths.push(join(parent, name));
    await rm(join(parent, name), { recursive: true, force: true });
  }
  return paths;
}
