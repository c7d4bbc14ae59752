import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { within } from "../../base/deadline.ts";
import { KaliumError } from "../../base/errors.ts";
import type { Strace } from "../../machine/find-strace.ts";
import { hostEnvironment } from "../../sandboxes/run-command.ts";
import { parseTrace, type TracedCall } from "./parse-strace.ts";

const attachTimeoutMs = 120_000;

export interface RunningTrace extends AsyncDisposable {
  /** Ends the trace; the processes go on. */
  readonly calls: () => Promise<readonly TracedCall[]>;
}

/**
 * Traces processes with all their threads and children, from when this resolves. Arguments are left out but for what file
 * descriptors are, which strace asks the processes' own network.
 * @param pids of one network namespace
 * @param file to write to; it is created
 * @throws {KaliumError} E_SETUP with strace's own words
 */
export async function startTrace(
  { path }: Strace,
  pids: readonly number[],
  { file, signal }: { readonly file: string; readonly signal: AbortSignal },
): Promise<RunningTrace> {
  const [first = 0] = pids;
  const words = ["-f", "-yy", "-Y", "-T", "-ttt", "-s", "0", "-o", file, ...pids.flatMap((pid) => ["-p", String(pid)])];
  await (await open(file, "wx", 0o600)).close(); // for nobody else: it has the names of files
  const inNetwork = ["--net", `--target=${first}`, "--", path, ...words];
  const child = spawn("nsenter", inNetwork, {
    stdio: ["ignore", "ignore", "pipe"],
    env: hostEnvironment,
    detached: true, // Ctrl-C reaches the parent alone
  });
  const exited = once(child, "exit");
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT");
    await exited;
  };
  try {
    await within({ what: `strace to attach to ${pids.join(", ")}`, timeoutMs: attachTimeoutMs, signal }, () =>
      attached(child, pids),
    );
  } catch (error) {
    await end();
    throw error;
  }
  return {
    calls: async () => {
      await end();
      return parseTrace(await readFile(file, "utf8"));
    },
    [Symbol.asyncDispose]: end,
  };
}

/** Resolves when it has said so of each process. */
async function attached(child: ChildProcess, pids: readonly number[]): Promise<void> {
  let said = "";
  const all = Promise.withResolvers<undefined>();
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (pids.every((pid) => new RegExp(`Process ${pid} attached`).test(said))) all.resolve(undefined);
  });
  const refused = once(child, "close").then(() => {
    throw new KaliumError("E_SETUP", `strace cannot attach to process ${pids.join(", ")}: ${said.trim()}`, {
      hint: "Look whether root may trace processes here: sysctl kernel.yama.ptrace_scope must be below 3.",
    });
  });
  refused.catch(() => undefined); // its end in order is not refused
  await Promise.race([all.promise, refused]);
}
