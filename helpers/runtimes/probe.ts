import { chmod, mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Sandbox, SandboxDriver } from "../contracts/sandbox.ts";
import { within } from "../base/deadline.ts";
import { KaliumError } from "../base/errors.ts";

export interface ProbeTimes {
  readonly versionTimeoutMs: number;
  readonly probeTimeoutMs: number;
}

/** A sound runtime needs 0.1 s and 4 s at most at a load of 8; at 30 it may need ten times that. */
export const probeTimes: ProbeTimes = { versionTimeoutMs: 30_000, probeTimeoutMs: 120_000 };

export interface ProbeOptions {
  readonly runDirectory: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Of the trial. Absent: empty. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts a real sandbox that runs Node and ends at once.
 * @throws {KaliumError} E_SANDBOX or E_TIMEOUT: why this runtime does not work here
 */
export async function probeDriver(driver: SandboxDriver, options: ProbeOptions): Promise<void> {
  const { runDirectory, timeoutMs, signal, env = {} } = options;
  const imageDirectory = await mkdtemp(join(runDirectory, "probe-"));
  await chmod(imageDirectory, 0o755); // the function's user must be able to enter it
  const lines: string[] = [];
  let sandbox: Sandbox | undefined;
  try {
    sandbox = await driver.start(
      {
        id: basename(imageDirectory),
        imageDirectory,
        command: ["node", "-p", "'works'"],
        env,
        secrets: {},
        memoryLimitBytes: 256 * 1024 * 1024,
        onLine: (_stream, line) => lines.push(line),
      },
      AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    );
    const { exited } = sandbox;
    const exit = await within({ what: "a trial sandbox to end", timeoutMs, signal }, () => exited);
    if (exit.code !== 0 || !lines.includes("works")) {
      throw new KaliumError(
        "E_SANDBOX",
        `the trial sandbox ended with ${exit.code ?? exit.signal ?? "?"}: ${lines.join("\n")}`,
      );
    }
  } finally {
    await sandbox?.stop(0);
    await rm(imageDirectory, { recursive: true, force: true });
  }
}
