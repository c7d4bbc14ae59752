import { readFile, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { poll } from "../../base/deadline.ts";

/** Below the run's directory; a link where the server's user cannot get there. */
export const localServerPath = (runDirectory: string): string => join(runDirectory, "mysql");

/** In the server's directory, written when it is started. */
export const pidFile = "pid";

/** @returns whether there was something: ends the private server that a killed run left, and removes its files. */
export async function sweepLocalMysql(runDirectory: string): Promise<boolean> {
  const link = localServerPath(runDirectory);
  const directory = await realpath(link).catch(() => undefined);
  if (directory === undefined) {
    await rm(link, { force: true }); // a link whose target is gone
    return false;
  }
  const pid = Number(await readFile(join(directory, pidFile), "utf8").catch(() => ""));
  if (pid > 1 && (await isServerOf(pid, directory))) {
    process.kill(pid, "SIGKILL"); // its data is thrown away: nothing to write back
    await poll({ what: `MySQL server ${pid} to end`, timeoutMs: 60_000, intervalMs: 10 }, async () =>
      (await isServerOf(pid, directory)) ? undefined : true,
    );
  }
  await rm(directory, { recursive: true, force: true });
  await rm(link, { force: true });
  return true;
}

/** A pid may since belong to another process: only one that was started on this directory is ours. */
async function isServerOf(pid: number, directory: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return commandLine.includes(`--datadir=${directory}/`);
}
