import { existsSync } from "node:fs";
import { readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { cgroupProcesses, cgroupsOfRuns, killCgroup, removeCgroup } from "./cgroup-tree.ts";
import { filteredBridges, removeFilter } from "./bridge-filter.ts";
import { killRunProcesses } from "./run-processes.ts";
import { runCommand } from "./run-command.ts";
import { livingOwner, runDirectoryOf } from "./run-directory.ts";
import { runPrefix } from "./run-network.ts";

/** Clean-up for what others own, such as containers with the run's label; says what it removed. */
export type SweepHook = (runId: string) => Promise<readonly string[]>;

export interface SweepOptions {
  /** This run only, even if its owner lives. */
  readonly runId?: string | undefined;
  /** All runs, even those whose owner lives. */
  readonly all?: boolean;
  /** Looks at these runs only; for those who share a machine. */
  readonly only?: (runId: string) => boolean;
  readonly hooks?: readonly SweepHook[];
}

export interface SweepReport {
  /** What was removed, run by run; runs with nothing left are absent. */
  readonly swept: readonly { readonly runId: string; readonly removed: readonly string[] }[];
  readonly leftAlone: readonly { readonly runId: string; readonly ownerPid: number }[];
  readonly failures: readonly string[];
}

/** Removes what crashed runs left behind. Idempotent; touches nothing that does not carry a run's id. */
export async function sweep({
  runId,
  all = false,
  only = () => true,
  hooks = [],
}: SweepOptions = {}): Promise<SweepReport> {
  const swept: { runId: string; removed: readonly string[] }[] = [];
  const leftAlone: { runId: string; ownerPid: number }[] = [];
  const failures: string[] = [];
  for (const id of runId === undefined ? (await traceableRuns()).filter(only) : [runId]) {
    const ownerPid = all || runId !== undefined ? undefined : ((await livingOwner(id)) ?? (await strangersProcess(id)));
    if (ownerPid !== undefined) {
      leftAlone.push({ runId: id, ownerPid });
      continue;
    }
    const removed: string[] = [];
    // Processes first: everything else is held by them.
    const steps = [
      ...[killProcesses, ...hooks, removeNamespaces, removeInterfaces, removeRules],
      ...[unmount, removeGroups, removeDirectory],
    ];
    for (const step of steps) {
      try {
        removed.push(...(await step(id)));
      } catch (error) {
        failures.push(`run ${id}: ${messageOf(error)}`);
      }
    }
    if (removed.length > 0) swept.push({ runId: id, removed });
  }
  return { swept, leftAlone, failures };
}

/** A process of a run whose folder is elsewhere (another TMPDIR, another root): its owner cannot be asked. */
const strangersProcess = async (runId: string): Promise<number | undefined> =>
  existsSync(runDirectoryOf(runId)) ? undefined : (await cgroupProcesses(runPrefix(runId)))[0];

/** Ids of all runs that left a folder, a namespace, an interface, rules of a filter or a control group. */
async function traceableRuns(): Promise<readonly string[]> {
  const names = [
    ...(await readdir(tmpdir())).map((name) => /^kalium-bench-([0-9a-f]{6})(\.draft)?$/.exec(name)?.[1]),
    ...[...(await namespaces()), ...(await interfaces()), ...(await filteredBridges()), ...(await cgroupsOfRuns())].map(
      (name) => /^kb([0-9a-f]{6})(?![0-9a-f])/.exec(name)?.[1],
    ),
  ];
  return [...new Set(names.filter((name) => name !== undefined))];
}

const namespaces = (): Promise<readonly string[]> => readdir("/run/netns").catch(() => []);
const interfaces = (): Promise<readonly string[]> => readdir("/sys/class/net").catch(() => []);

async function killProcesses(runId: string): Promise<readonly string[]> {
  const group = runPrefix(runId);
  const grouped = await cgroupProcesses(group);
  await killCgroup(group);
  const others = await killRunProcesses(runDirectoryOf(runId));
  return [...grouped, ...others].map((pid) => `process ${pid}`);
}

async function removeNamespaces(runId: string): Promise<readonly string[]> {
  const names = (await namespaces()).filter((name) => name.startsWith(`${runPrefix(runId)}-`));
  for (const name of names) {
    await must(["ip", "netns", "del", name]).catch(async (error: unknown) => {
      if ((await namespaces()).includes(name)) throw error; // else whoever made it has just removed it
    });
  }
  return names.map((name) => `namespace ${name}`);
}

/** Interfaces of sandboxes go with their namespaces, a moment later; deleting them here does not wait for that. */
async function removeInterfaces(runId: string): Promise<readonly string[]> {
  const names = (await interfaces()).filter((name) => new RegExp(`^${runPrefix(runId)}(h\\d+)?$`).test(name));
  for (const name of names) await runCommand(["ip", "link", "del", name], { timeoutMs: 60_000 });
  const left = (await interfaces()).filter((name) => names.includes(name));
  if (left.length > 0) throw new Error(`interfaces ${left.join(", ")} cannot be removed`);
  return names.map((name) => `interface ${name}`);
}

async function removeRules(runId: string): Promise<readonly string[]> {
  const bridge = runPrefix(runId);
  if (!(await filteredBridges()).includes(bridge)) return [];
  await removeFilter(bridge);
  return [`filter of ${bridge}`];
}

async function unmount(runId: string): Promise<readonly string[]> {
  const directory = runDirectoryOf(runId);
  const mounts = (await readFile("/proc/self/mounts", "utf8"))
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path === directory || path.startsWith(`${directory}/`));
  for (const path of mounts.toReversed()) await must(["umount", "--lazy", path]);
  return mounts.map((path) => `mount ${path}`);
}

async function removeGroups(runId: string): Promise<readonly string[]> {
  const group = runPrefix(runId);
  if (!(await cgroupsOfRuns()).includes(group)) return [];
  await removeCgroup(group);
  return [`control group ${group}`];
}

async function removeDirectory(runId: string): Promise<readonly string[]> {
  const name = `kalium-bench-${runId}`;
  const present = (await readdir(tmpdir())).filter((each) => each === name || each === `${name}.draft`);
  for (const each of present) await rm(join(tmpdir(), each), { recursive: true, force: true });
  return present.map((each) => `folder ${join(tmpdir(), each)}`);
}

async function must(command: readonly [string, ...string[]]): Promise<void> {
  const { code, stderr } = await runCommand(command, { timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`${command.join(" ")}: ${stderr.trim()}`);
}
