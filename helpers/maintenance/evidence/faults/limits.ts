/** What runs out while a run measures: limits of its own processes and control groups, lowered to what is used. */
import { execFile } from "node:child_process";
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { poll } from "../../../base/deadline.ts";
import { cgroupMountPoint, cgroupVersion } from "../../../sandboxes/cgroup-tree.ts";
import { pidOf } from "../parts.ts";
import { type Limited, nothingToHeal, type PrepareFault, type FaultyRun } from "./injection.ts";

const run = promisify(execFile);

export const limitPart: PrepareFault<"limit"> = ({ of }) =>
  Promise.resolve({ inject: (target) => limits[of](target), heal: nothingToHeal });

const limits: Readonly<Record<Limited, (run: FaultyRun) => Promise<void>>> = {
  "memory of the function": async ({ root }) => starve(await pidOf("sandbox", root)),
  "descriptors of the gateway": async ({ root }) => limitDescriptors(await pidOf("gateway", root)),
  "descriptors of the worker": async ({ root }) => limitDescriptors(await pidOf("worker", root)),
  "processes of the gateway": async ({ root, runId }) => forbidProcesses(await pidOf("gateway", root), runId),
};

/** Fewer than any process has: what is open stays open, and nothing else can be opened. */
async function limitDescriptors(pid: number): Promise<void> {
  await run("prlimit", [`--pid=${pid}`, "--nofile=3:"]);
}

/** Path of the process's group below the root of a controller's hierarchy. */
async function groupOf(pid: number, controller: string): Promise<string> {
  const lines = (await readFile(`/proc/${pid}/cgroup`, "utf8")).trim().split("\n");
  const unified = cgroupVersion() === 2;
  const line = lines.find((each) => (unified ? each.startsWith("0::") : each.split(":")[1] === controller)) ?? "";
  return join(cgroupMountPoint, unified ? "" : controller, line.split(":")[2] ?? "");
}

/** The limit follows what is used down, until the kernel kills. */
async function starve(pid: number): Promise<void> {
  const group = await groupOf(pid, "memory");
  const file = join(group, cgroupVersion() === 2 ? "memory.max" : "memory.limit_in_bytes");
  await poll({ what: "the kernel to kill for want of memory", timeoutMs: 120_000, intervalMs: 5 }, async () => {
    // Version 1 refuses less than it can free (EBUSY), having freed what it could.
    await writeFile(file, String(4 * 1_048_576)).catch(() => undefined);
    await writeFile(file, String(await usedBytes(group))).catch(() => undefined);
    return (await readFile(join(group, "cgroup.procs"), "utf8").catch(() => "")).includes(String(pid))
      ? undefined
      : true;
  });
}

async function usedBytes(group: string): Promise<number> {
  const name = cgroupVersion() === 2 ? "memory.current" : "memory.usage_in_bytes";
  return Number(await readFile(join(group, name), "utf8").catch(() => "0"));
}

/** In a group of its own that may have no further process. Its sandboxes are in groups of theirs. */
async function forbidProcesses(pid: number, runId: string): Promise<void> {
  const group = join(cgroupMountPoint, cgroupVersion() === 2 ? "" : "pids", `chaos-${runId}`);
  await mkdir(group);
  onTestFinished(() =>
    poll({ what: `control group ${group} to go`, timeoutMs: 60_000, intervalMs: 20 }, () =>
      rmdir(group).then(
        () => true as const,
        () => undefined,
      ),
    ).then(() => undefined),
  );
  await writeFile(join(group, "cgroup.procs"), String(pid));
  await writeFile(join(group, "pids.max"), "1");
}
