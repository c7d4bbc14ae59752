import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lives, ownIdentity } from "./process-identity.ts";

/** Temporary folders outside a run's own: `kalium-bench-<what>-<pid of the owner>n<its PID namespace>-<random>`. */
const owned = /^kalium-bench-[a-z]+-(\d+)(?:n(\d+))?-\w+$/;

/** What `mkdtemp` needs for a folder that `sweepFolders` leaves alone while this process lives. */
export async function ownedFolder(what: string): Promise<string> {
  const { pid, namespace } = await ownIdentity();
  return join(tmpdir(), `kalium-bench-${what}-${pid}n${namespace ?? ""}-`);
}

/**
 * Removes temporary folders whose owner no longer lives. A process id that came round again keeps its folder until the
 * next sweep.
 * @returns the paths removed
 */
export async function sweepFolders(parent = tmpdir()): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const name of await readdir(parent)) {
    const [, pid, namespace] = owned.exec(name) ?? [];
    if (pid === undefined || (await lives({ pid: Number(pid), namespace }))) continue;
    paths.push(join(parent, name));
    await rm(join(parent, name), { recursive: true, force: true });
  }
  return paths;
}
