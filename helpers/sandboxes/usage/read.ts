/** Reads the counters of control groups and processes: some files of the kernel's, about 20 us each. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cgroupMountPoint, cgroupVersion } from "../cgroup-tree.ts";
import { type GroupUsage, type InterfaceUsage, parseGroupUsage, parseInterfaces, parseProcessCpu } from "./parse.ts";

/** Where a group's files are; the folders may be the same. */
export interface GroupFolders {
  readonly version: 1 | 2;
  readonly cpu: string;
  readonly memory: string;
}

/** Of a group by its path below the hierarchies' roots, as `kb0a1b2c/kb-0a1b2c-d3e4f5`; `undefined`: there are no control groups. */
export function groupFolders(path: string): GroupFolders | undefined {
  const version = cgroupVersion();
  if (version === null) return undefined;
  const folder = (controller: string): string =>
    version === 2 ? join(cgroupMountPoint, path) : join(cgroupMountPoint, controller, path);
  return { version, cpu: folder("cpuacct"), memory: folder("memory") };
}

/** What a group and all below it have used; `undefined`: the group does not exist, or no longer. */
export function readGroupUsage({ version, cpu, memory }: GroupFolders): GroupUsage | undefined {
  if (!existsSync(memory) && !existsSync(cpu)) return undefined;
  const names =
    version === 1
      ? ["cpuacct.usage", "memory.usage_in_bytes", "memory.max_usage_in_bytes"]
      : ["cpu.stat", "memory.current", "memory.peak"];
  const [cpuName = "", memoryName = "", peakName = ""] = names;
  return parseGroupUsage(version, {
    cpu: textOf(join(cpu, cpuName)),
    memory: textOf(join(memory, memoryName)),
    memoryStat: textOf(join(memory, "memory.stat")),
    memoryPeak: textOf(join(memory, peakName)),
  });
}

/** Processor time of a process, ns; `undefined`: it has ended, or this user may not see it. */
export const readProcessCpu = (pid: number): number | undefined => parseProcessCpu(textOf(`/proc/${pid}/stat`));

/** All interfaces of this process's network, with one file; empty: there is none. */
export const readInterfaces = (): ReadonlyMap<string, InterfaceUsage> => parseInterfaces(textOf("/proc/net/dev") ?? "");

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // a controller that is not mounted, a kernel that does not count it, a group that is gone
  }
}
