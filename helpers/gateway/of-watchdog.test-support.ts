import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { poll } from "../base/deadline.ts";
import { freePort } from "../base/free-port.ts";
import { startRawFunction } from "./raw-http.test-support.ts";
import type { WatchdogUnderTest } from "./watchdogs.test-support.ts";

/** A watchdog program in a process of its own, in front of a function that is already there. */
export async function startWatchdogProgram(
  name: string,
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
): Promise<WatchdogUnderTest> {
  const target = await startRawFunction();
  const folder = await mkdtemp(join(tmpdir(), "kb-watchdog-"));
  const port = await freePort();
  const [program, ...args] = command;
  const child = spawn(program, args, {
    env: {
      PATH: process.env["PATH"],
      TMPDIR: folder, // of-watchdog's lock file
      host: "127.0.0.1",
      port: String(port),
      mode: "http",
      fprocess: "sleep 3600", // the function is elsewhere
      upstream_url: `http://127.0.0.1:${target.port}`,
      ...env,
    },
    stdio: "ignore",
    detached: true, // a group of its own: `sleep` ends with it
  });
  const exited = once(child, "close");
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    await exited;
    await target[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  };
  const what = `${name} to be healthy`;
  await poll({ what, timeoutMs: 60_000, intervalMs: 50 }, async () => {
    const health = await fetch(`${url}/_/health`).catch(() => undefined);
    return health?.status === 200 ? true : undefined;
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { name, url, target, [Symbol.asyncDispose]: stop };
}
