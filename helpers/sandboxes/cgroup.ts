import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cgroupMountPoint as mountPoint, cgroupVersion, killCgroup, removeCgroup } from "./cgroup-tree.ts";
import { runPrefix } from "./run-network.ts";

/** The kernel charges 64 pages at a time, so that usage may stop short of the limit by so much. */
const chargeBatchBytes = 64 * 4096;
const pidsLimit = 256; // systrap alone keeps 30 host threads at rest, ptrace 60 (docs/runtimes.md)

/**
 * The control group of one instance. It carries the limits; whatever runs, runs in its child `c`, which runtimes make
 * and remove as they like (runsc sets no limits on one it finds): this one stays, and tells afterwards whether the limit was hit.
 */
export interface InstanceCgroup {
  /** Below the root of each hierarchy: `kb0a1b2c/kb-0a1b2c-d3e4f5`. */
  readonly path: string;
  /** For `cgroupsPath` of an OCI bundle. */
  readonly containerPath: string;
  /** Makes the child group; the answer are files to which a process writes `0` to enter it. */
  makeChild(): Promise<readonly string[]>;
  /**
   * Processes that the kernel killed here for want of memory: exact on version 2, on version 1 while `c` exists. Made to be
   * asked often, while calls are measured: two reads of open files, about 10 us.
   */
  oomKills(): number;
  /** Memory was full at some time: still known after the end, but on version 1 page cache may have filled it too. */
  reachedLimit(): Promise<boolean>;
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/** Hierarchies that must know an instance; `undefined` where this user may not make groups. */
export async function openCgroups(
  runId: string,
): Promise<((id: string, memoryLimitBytes: number) => Promise<InstanceCgroup>) | undefined> {
  const roots = hierarchies();
  const run = runPrefix(runId);
  try {
    if (cgroupVersion() === 2) await writeFile(join(mountPoint, "cgroup.subtree_control"), "+memory +pids");
    for (const root of roots) await mkdir(join(root, run), { recursive: true });
    if (cgroupVersion() === 2) await writeFile(join(mountPoint, run, "cgroup.subtree_control"), "+memory +pids");
  } catch {
    return undefined;
  }
  return (id, memoryLimitBytes) => createCgroup(roots, `${run}/${id}`, memoryLimitBytes);
}

/** Version 1: memory and pids, where our limits stand, and what counts processor time if there is one. Version 2: the one tree. */
function hierarchies(): readonly string[] {
  if (cgroupVersion() === 2) return [mountPoint];
  const counting = existsSync(join(mountPoint, "cpuacct")) ? ["cpuacct"] : [];
  return ["memory", "pids", ...counting].map((name) => join(mountPoint, name));
}

async function createCgroup(roots: readonly string[], path: string, limitBytes: number): Promise<InstanceCgroup> {
  const groups = roots.map((root) => join(root, path));
  for (const group of groups) await mkdir(group);
  const [first = ""] = groups;
  if (cgroupVersion() === 2) {
    await writeFile(join(first, "memory.max"), String(limitBytes));
    await writeFile(join(first, "memory.swap.max"), "0").catch(() => undefined); // a kernel without swap accounting
    await writeFile(join(first, "pids.max"), String(pidsLimit));
  } else {
    await writeFile(join(first, "memory.limit_in_bytes"), String(limitBytes));
    await writeFile(join(first, "memory.memsw.limit_in_bytes"), String(limitBytes)).catch(() => undefined); // the same
    await writeFile(join(groups[1] ?? "", "pids.max"), String(pidsLimit));
  }
  const counters =
    cgroupVersion() === 2
      ? [join(first, "memory.events")]
      : [join(first, "c", "memory.oom_control"), join(first, "memory.oom_control")];
  const files = counters.map(openCounter);
  const oomKills = (): number =>
    files.reduce((sum, { text }) => sum + Number(/^oom_kill (\d+)/m.exec(text())?.[1] ?? 0), 0);
  return {
    path,
    containerPath: `/${path}/c`,
    async makeChild() {
      const children = groups.map((group) => join(group, "c"));
      for (const child of children) await mkdir(child);
      return children.map((child) => join(child, "cgroup.procs"));
    },
    oomKills,
    async reachedLimit() {
      if (cgroupVersion() === 2) return oomKills() > 0;
      const peak = await readFile(join(first, "memory.max_usage_in_bytes"), "utf8").catch(() => "0");
      return Number(peak) >= limitBytes - chargeBatchBytes;
    },
    kill: () => killCgroup(path),
    remove: () => {
      for (const file of files) file.close();
      return removeCgroup(path);
    },
  };
}

/** A small file that is read again and again, from its first byte; empty while it does not exist. */
function openCounter(path: string): { readonly text: () => string; readonly close: () => void } {
  const buffer = Buffer.alloc(4096);
  let descriptor: number | undefined;
  let closed = false;
  const close = (): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    text: () => {
      if (closed) return "";
      try {
        descriptor ??= openSync(path, "r");
        return buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, buffer.length, 0));
      } catch {
        close(); // not made yet, or removed: maybe made again
        return "";
      }
    },
    close: () => {
      closed = true;
      close();
    },
  };
}
