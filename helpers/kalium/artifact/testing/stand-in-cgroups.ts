/** What runsc of 2020 did with the `cgroupsPath` of a bundle. Ours name none: whoever gives one gets this. */
import { statfsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cgroupMountPoint, cgroupVersion } from "../../../sandboxes/cgroup-tree.ts";

/** Controllers that it makes folders for, mounted or not. */
const controllers = ["net_cls", "net_prio", "perf_event"];
const tmpfs = 0x01021994;

/**
 * On version 1: ordinary folders and files where a controller is not mounted, which rmdir does not remove.
 * @returns those folders' paths. On version 2: rejects, as its start does
 */
export async function makeGroupsOf2020(cgroupsPath: string, pid: number): Promise<readonly string[]> {
  if (cgroupVersion() === 2) {
    throw new Error(`open ${join(cgroupMountPoint, cgroupsPath, "cpuset.cpus")}: no such file or directory`);
  }
  const made: string[] = [];
  for (const controller of controllers) {
    const folder = join(cgroupMountPoint, controller, cgroupsPath);
    await mkdir(folder, { recursive: true });
    if (statfsSync(folder).type !== tmpfs) continue; // mounted: a real group
    await writeFile(join(folder, "cgroup.procs"), String(pid));
    made.push(folder);
  }
  return made;
}
