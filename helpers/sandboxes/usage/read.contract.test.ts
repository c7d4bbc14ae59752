/** Counters of this machine's kernel, with processes whose use of the machine is known. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { cgroupVersion, isHybrid, unifiedMountPoint } from "../cgroup-tree.ts";
import { openCgroups } from "../cgroup.ts";
import { enterCgroup } from "../enter-cgroup.ts";
import { groupFolders, readGroupUsage, readProcessCpu } from "./read.ts";

const run = promisify(execFile);
const burnedNs = 200e6;
const heldBytes = 20e6;

/** Holds 20 MB and uses 200 ms of processor time, then says what it has used since its start, in us. */
const consumer = `
  const held = Buffer.alloc(${heldBytes}, 1);
  const before = process.cpuUsage();
  const used = (of) => (of.user + of.system) * 1e3;
  while (used(process.cpuUsage(before)) < ${burnedNs});
  process.stdout.write(String(used(process.cpuUsage())) + " " + held[7]);
`;
const burn = async (group: readonly string[]): Promise<number> => {
  const [program, ...args] = [...enterCgroup(group), process.execPath, "-e", consumer] as const;
  const { stdout } = await run(program, args as string[]);
  return Number(stdout.split(" ")[0]);
};

const noGroups = process.geteuid?.() !== 0 || cgroupVersion() === null ? "needs root and control groups" : undefined;

test.skipIf(noGroups)(
  `a planted consumer's time and memory are in its group's counters ${noGroups ?? ""}`,
  async () => {
    const runId = `c${process.pid.toString(16).padStart(5, "0").slice(-5)}`;
    const open = await openCgroups(runId);
    const group = await open?.("kb-usage", 512 * 2 ** 20);
    if (group === undefined) throw new Error("this user may not make control groups");
    onTestFinished(() => group.remove());
    const folders = groupFolders(group.path);
    if (folders === undefined) throw new Error("there are no control groups");
    const files = await group.makeChild();
    expect(readGroupUsage(folders)).toMatchObject({ cpuNs: 0 });
    const usedNs = await burn(files);
    const { cpuNs = 0, peakBytes = 0, workingSetBytes } = readGroupUsage(folders) ?? {};
    // The shell before the program and the program's end are in the group's counter alone.
    expect(cpuNs).toBeGreaterThanOrEqual(0.98 * usedNs);
    expect(cpuNs).toBeLessThan(usedNs + 150e6);
    expect(peakBytes).toBeGreaterThan(heldBytes);
    expect(workingSetBytes).toBeLessThan(peakBytes);
    await group.remove();
    expect(readGroupUsage(folders)).toBeUndefined();
  },
);

const unified = cgroupVersion() === 2 ? undefined : isHybrid() ? unifiedMountPoint : undefined;
const noUnified = noGroups ?? (unified === undefined ? "needs a machine with both versions" : undefined);

test.skipIf(noUnified)(
  `version 2: processor time is counted also where the tree has no controllers ${noUnified ?? ""}`,
  async () => {
    const folder = join(unified ?? "", `kalium-bench-usage-${process.pid}`);
    await mkdir(folder);
    onTestFinished(() => rmdir(folder));
    const folders = { version: 2, cpu: folder, memory: folder } as const;
    const usedNs = await burn([join(folder, "cgroup.procs")]);
    const usage = readGroupUsage(folders) ?? {};
    expect(usage.cpuNs).toBeGreaterThanOrEqual(0.98 * usedNs);
    expect(usage.cpuNs).toBeLessThan(usedNs + 150e6);
    expect("workingSetBytes" in usage).toBe(existsSync(join(folder, "memory.current")));
  },
);

test("a process's time grows with what it uses, and is unknown once it has ended", async () => {
  const before = readProcessCpu(process.pid) ?? NaN;
  const start = process.cpuUsage();
  while (process.cpuUsage(start).user < 60_000);
  expect((readProcessCpu(process.pid) ?? NaN) - before).toBeGreaterThanOrEqual(50e6 - 10e6);
  const { child } = run("true");
  await new Promise((resolve) => child.once("close", resolve));
  expect(readProcessCpu(child.pid ?? 0)).toBeUndefined();
});
