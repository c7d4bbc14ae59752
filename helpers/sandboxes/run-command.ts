import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { within } from "../base/deadline.ts";

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Written to its standard input. */
  readonly input?: string;
  /** Variables beside PATH. Absent: none. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Host tools live in sbin on Debian, which is not on every user's PATH. Nothing else of our environment is passed on. */
export const hostEnvironment = { PATH: `${process.env["PATH"] ?? "/usr/bin:/bin"}:/usr/sbin:/sbin` };

/**
 * Runs a short command to its end. It has a process group of its own, so that a time-out also kills what it started
 * (a hanging shell script holds its output pipes through its children).
 * @throws {KaliumError} E_TIMEOUT; the spawn error (ENOENT, EACCES) when it cannot be executed
 */
export async function runCommand(
  [file, ...args]: readonly [string, ...string[]],
  { timeoutMs, signal, input = "", env = {} }: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(file, args, { stdio: "pipe", env: { ...env, ...hostEnvironment }, detached: true });
  child.stdin.on("error", () => undefined); // it may end without reading
  child.stdin.end(input);
  try {
    return await within({ what: `${file} ${args.join(" ")}`, timeoutMs, signal }, async () => {
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "close") as Promise<[number | null]>,
      ]);
      return { code, stdout, stderr };
    });
  } catch (error) {
    killGroup(child.pid);
    throw error;
  }
}

/** SIGKILL for a whole process group; a group that is gone already is fine. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // ESRCH: it ended by itself
  }
}
