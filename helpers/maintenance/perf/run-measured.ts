import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { nowNs } from "../../base/clock.ts";
import { KaliumError } from "../../base/errors.ts";

export interface MeasuredProcess {
  /** From its start to its end. */
  readonly wallMs: number;
  /** Of user and system together, to the kernel's 10 ms. */
  readonly cpuMs: number;
  /** Most memory that was resident at once. */
  readonly peakBytes: number;
}

const lookEveryMs = 5;
const tickMs = 10; // USER_HZ is 100 on every Linux that Node runs on

/**
 * Runs a program to its end, its standard output in a file; what it took is read from /proc while it runs.
 * @throws {KaliumError} E_SETUP it cannot be started or fails, E_TIMEOUT
 */
export async function runMeasured(
  command: readonly [string, ...string[]],
  { output, timeoutMs, signal }: { readonly output: string; readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<MeasuredProcess> {
  const [program, ...args] = command;
  await using file = await open(output, "w");
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  const startedNs = nowNs();
  const child = spawn(program, args, { stdio: ["ignore", file.fd, "pipe"], signal: stop, killSignal: "SIGKILL" });
  let stderr = "";
  child.stderr?.on("data", (text: Buffer) => (stderr = (stderr + text.toString()).slice(-2_000)));
  let wallMs = 0;
  const closed = once(child, "close").finally(() => (wallMs = (nowNs() - startedNs) / 1e6));
  let seen = { cpuMs: 0, peakBytes: 0 };
  const watching = (async () => {
    while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      seen = (await look(child.pid)) ?? seen;
      await pause(lookEveryMs);
    }
  })();
  const failed = (error: unknown): KaliumError => {
    if (deadline.aborted) return new KaliumError("E_TIMEOUT", `${program} took longer than ${timeoutMs} ms`);
    return new KaliumError("E_SETUP", `${command.join(" ")} failed: ${stderr || String(error)}`, { cause: error });
  };
  const [code] = (await closed.catch((error: unknown) => {
    signal?.throwIfAborted();
    throw failed(error);
  })) as [number | null];
  await watching;
  if (code !== 0) throw failed(`exit code ${code ?? "none"}`);
  return { wallMs, ...seen };
}

/** `undefined`: it is gone. */
async function look(pid: number): Promise<{ readonly cpuMs: number; readonly peakBytes: number } | undefined> {
  const [status, stat] = await Promise.all(
    ["status", "stat"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "")),
  );
  const [, peakKib] = /^VmHWM:\s+(\d+) kB$/m.exec(status ?? "") ?? [];
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  if (peakKib === undefined) return undefined;
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs, peakBytes: Number(peakKib) * 1024 };
}
