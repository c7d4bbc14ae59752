import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { poll } from "../base/deadline.ts";
import { commandLineOf } from "./host-proof.ts";

/**
 * Kills processes that carry the run's folder in their arguments: runtimes (their state is below `sandboxes/`), and
 * servers that left a `*.pid` file there. Nobody else: an editor that shows one of the run's files stays.
 */
export async function killRunProcesses(runDirectory: string): Promise<readonly number[]> {
  const found = new Set([...(await runtimeProcesses(runDirectory)), ...(await pidFileProcesses(runDirectory))]);
  found.delete(process.pid);
  const killed = [...found];
  await poll({ what: `the processes of ${runDirectory} to die`, timeoutMs: 60_000, intervalMs: 5 }, async () => {
    for (const pid of found) {
      if ((await commandLineOf(pid)).length === 0)
        found.delete(pid); // gone, or dead and not yet collected
      else kill(pid);
    }
    return found.size === 0 ? true : undefined;
  });
  return killed;
}

async function runtimeProcesses(runDirectory: string): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const mine = await Promise.all(
    pids.map(async (pid) => {
      const argv = await commandLineOf(pid);
      const isRuntime = argv.some((word) => /^(run|boot|gofer|init)$/.test(word));
      return isRuntime && argv.some((word) => word.includes(`${runDirectory}/sandboxes/`));
    }),
  );
  return pids.filter((_, index) => mine[index]);
}

/** A number in a file may be another process by now: its arguments must name the run's folder too. */
async function pidFileProcesses(runDirectory: string): Promise<readonly number[]> {
  const names = await readdir(runDirectory, { recursive: true }).catch(() => []);
  const pids: number[] = [];
  for (const name of names.filter((each) => each.endsWith(".pid"))) {
    const pid = Number((await readFile(join(runDirectory, name), "utf8").catch(() => "")).trim());
    if (!Number.isInteger(pid) || pid <= 1) continue;
    if ((await commandLineOf(pid)).some((word) => word.includes(`${runDirectory}/`))) pids.push(pid);
  }
  return pids;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // gone in the meantime
  }
}
