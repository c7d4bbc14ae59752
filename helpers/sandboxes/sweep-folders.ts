import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Temporary folders outside a run's own: `kalium-bench-<what>-<pid of the owner>-<random>`. */
const owned = /^kalium-bench-[a-z]+-(\d+)-\w+$/;

/**
 * Removes temporary folders whose owner no longer lives. A process id that came round again keeps its folder until the
 * next sweep.
 * @returns the paths removed
 */
export async function sweepFolders(parent = tmpdir()): Promise<readonly string[]> {
  const abandoned = (await readdir(parent)).filter((name) => {
    const pid = owned.exec(name)?.[1];
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  });
  const paths = abandoned.map((name) => join(parent, name));
  for (const path of paths) await rm(path, { recursive: true, force: true });
  return paths;
}
