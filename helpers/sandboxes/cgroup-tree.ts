import { existsSync, readdirSync, statfsSync } from "node:fs";
import { readFile, readdir, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { poll } from "../base/deadline.ts";

/** Where the kernel shows control groups; one subfolder per controller in version 1. */
export const cgroupMountPoint = "/sys/fs/cgroup";

/** Where runtimes find the controllers: one tree (2), or one per controller (1); `null`: nowhere. */
export function cgroupVersion(): 1 | 2 | null {
  if (existsSync(join(cgroupMountPoint, "cgroup.controllers"))) return 2;
  return existsSync(join(cgroupMountPoint, "memory")) ? 1 : null;
}

/** Where a machine with both versions shows the tree of version 2. */
export const unifiedMountPoint = join(cgroupMountPoint, "unified");

/** Both versions are mounted: controllers are spread over them. */
export const isHybrid = (): boolean =>
  cgroupVersion() === 1 && existsSync(unifiedMountPoint) && statfsSync(unifiedMountPoint).type === cgroupFileSystems[1];

const hierarchies = (): readonly string[] => {
  if (cgroupVersion() === 2) return [cgroupMountPoint];
  if (!existsSync(cgroupMountPoint)) return [];
  return readdirSync(cgroupMountPoint).map((name) => join(cgroupMountPoint, name));
};

/** Types of the file systems of version 1 and 2, as statfs(2) tells them. */
const cgroupFileSystems = [0x27e0eb, 0x63677270];

/**
 * A controller is mounted there. runsc of 2020 makes folders for all controllers that it knows; where one is not mounted
 * they are ordinary, with ordinary files `cgroup.procs` whose numbers may belong to anybody by now.
 */
const isCgroup = (folder: string): boolean => cgroupFileSystems.includes(statfsSync(folder).type);

/** The same path in every hierarchy: runtimes also make it where we set no limits. */
const everywhere = (path: string): readonly string[] =>
  hierarchies()
    .map((root) => join(root, path))
    .filter((group) => existsSync(group));

/** All processes in a group and below it. */
export async function cgroupProcesses(path: string): Promise<readonly number[]> {
  const pids = new Set<number>();
  for (const group of everywhere(path).filter(isCgroup)) {
    for (const directory of await tree(group)) {
      const text = await readFile(join(directory, "cgroup.procs"), "utf8").catch(() => "");
      for (const line of text.split("\n").filter(Boolean)) pids.add(Number(line));
    }
  }
  pids.delete(0); // a process of another PID namespace
  return [...pids];
}

/** Kills until nobody is left: a process may fork while its group is read. */
export async function killCgroup(path: string): Promise<void> {
  await poll({ what: `the processes of control group ${path} to die`, timeoutMs: 60_000, intervalMs: 5 }, async () => {
    const pids = await cgroupProcesses(path);
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // gone in the meantime
      }
    }
    return pids.length === 0 ? true : undefined;
  });
}

/** Removes a group and what is below it, deepest first. A group stays busy for a moment after its last process. */
export async function removeCgroup(path: string): Promise<void> {
  await poll({ what: `control group ${path} to go`, timeoutMs: 60_000, intervalMs: 5 }, async () => {
    for (const group of everywhere(path)) {
      if (!isCgroup(group)) await removeOrdinary(group);
      for (const directory of (await tree(group)).toReversed()) await rmdir(directory).catch(() => undefined);
    }
    return everywhere(path).length === 0 ? true : undefined;
  });
}

/** With the folders above it that have nothing else in them: they were made for it, up to the controller's own. */
async function removeOrdinary(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (let above = dirname(folder); above !== cgroupMountPoint; above = dirname(above)) {
    const removed = await rmdir(above).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

/** A group and all groups below it, parents first. */
async function tree(group: string): Promise<readonly string[]> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => []);
  const below = await Promise.all(entries.filter((e) => e.isDirectory()).map((e) => tree(join(group, e.name))));
  return [group, ...below.flat()];
}

/** Groups of runs that exist anywhere: `kb<runId>`. */
export async function cgroupsOfRuns(): Promise<readonly string[]> {
  const names = await Promise.all(hierarchies().map((root) => readdir(root).catch(() => [])));
  return [...new Set(names.flat().filter((name) => /^kb[0-9a-f]{6}$/.test(name)))];
}
