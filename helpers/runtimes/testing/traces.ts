import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { cgroupProcesses } from "../../sandboxes/cgroup-tree.ts";
import { runPrefix } from "../../sandboxes/run-network.ts";
import { commandLineOf } from "../../sandboxes/host-proof.ts";

/** Everything on this machine that belongs to instances of a run; empty when they are all gone. */
export async function tracesOf({ runId, path }: { readonly runId: string; readonly path: string }): Promise<string[]> {
  const prefix = runPrefix(runId);
  const names = async (folder: string): Promise<string[]> =>
    (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(prefix) && name !== prefix);
  const groups = await Promise.all(
    (await readdir("/sys/fs/cgroup").catch(() => [])).map(async (controller) => {
      const folder = join("/sys/fs/cgroup", controller, prefix);
      if (!existsSync(folder)) return [];
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map((entry) => `control group ${folder}/${entry.name}`);
    }),
  );
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const argvs = await Promise.all(pids.map(async (pid) => (await commandLineOf(pid)).join(" ")));
  return [
    ...(await cgroupProcesses(prefix)).map((pid) => `process ${pid}`),
    ...argvs.filter((argv) => argv.includes(`${path}/sandboxes`)).map((argv) => `process ${argv}`),
    ...(await names("/run/netns")).map((name) => `namespace ${name}`),
    ...(await names("/sys/class/net")).map((name) => `interface ${name}`),
    ...groups.flat(),
    ...(await readFile("/proc/self/mounts", "utf8")).split("\n").filter((line) => line.includes(path)),
    ...(await readdir(join(path, "sandboxes")).catch(() => [])).map((name) => `folder sandboxes/${name}`),
  ];
}
