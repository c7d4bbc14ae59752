import { execa } from "execa";
import { poll } from "../../base/deadline.ts";
import { KaliumError } from "../../base/errors.ts";
import { onPath } from "../../runtimes/binary.ts";
import { outputOf } from "./probe.ts";

/** How long somebody else may hold apt's or dpkg's lock. */
const lockWaitMs = 60_000;

export interface AptStep {
  /** What is done, as the beginning of "... failed". */
  readonly what: string;
  readonly timeoutMs: number;
  /** Needs root; done through sudo otherwise. */
  readonly asRoot?: boolean;
  readonly directory?: string;
  readonly hint?: string;
  readonly signal?: AbortSignal | undefined;
}

/** What a set-up that takes long tells its caller, and how it is stopped. */
export interface Attention {
  /** Receives one line for people about each step that takes long. */
  say(line: string): void;
  readonly signal?: AbortSignal | undefined;
}

/** The words before a command that make it run as root, or `undefined` when that needs a password. */
export async function elevation(): Promise<readonly string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const sudo = await onPath("sudo");
  return sudo !== undefined && (await outputOf(sudo, "-n", "true")) !== undefined ? [sudo, "-n"] : undefined;
}

/**
 * Runs apt-get without questions. Ends by itself: coreutils' `timeout` also reaches a child of sudo, which we may not
 * kill ourselves.
 * @throws {KaliumError} E_SETUP with apt's own last words
 */
export async function aptGet(parameters: readonly string[], step: AptStep): Promise<void> {
  const before = step.asRoot === true ? await elevation() : [];
  if (before === undefined) throw new KaliumError("E_SETUP", `${step.what} needs root`);
  const [program = "", ...words] = [
    ...before,
    ...["env", "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive"],
    ...["timeout", "--kill-after=20", `${step.timeoutMs / 1000}`],
    ...["apt-get", "-q", "-y", "-o", `DPkg::Lock::Timeout=${lockWaitMs / 1000}`, ...parameters],
  ];
  let locked: string | undefined;
  await poll(
    {
      what: `apt's lock (${step.what})`,
      timeoutMs: step.timeoutMs + lockWaitMs,
      intervalMs: 1_000,
      lastReason: () => locked,
    },
    async () => {
      const running = execa(program, words, {
        all: true,
        reject: false,
        stdin: "ignore",
        cwd: step.directory ?? "/",
        ...(step.signal !== undefined && { cancelSignal: step.signal }),
        forceKillAfterDelay: false, // `timeout` does that, and to apt itself
      });
      running.nodeChildProcess.once("exit", () => {
        if (step.signal?.aborted === true) endGroup(running.pid);
      });
      const { exitCode, all, failed } = await running;
      if (!failed) return true;
      step.signal?.throwIfAborted();
      locked = /Could not get lock .*/.exec(all)?.[0]; // the lists' lock, on which apt itself does not wait
      if (locked !== undefined) return undefined;
      throw new KaliumError("E_SETUP", `${step.what} failed: ${reasonOf(all, exitCode, step.timeoutMs)}`, {
        ...(step.hint !== undefined && { hint: step.hint }),
        details: {
          command: words.slice(words.indexOf("apt-get")).join(" "),
          output: tail(withoutPasswords(all)).join("\n"),
        },
      });
    },
  );
}

/**
 * Ends what `timeout` has left: a signal in the instant of its fork ends it without its child, which lives on in its
 * process group and keeps the output open. Behind sudo the group is not ours to signal.
 */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid);
  } catch {
    // Nobody is left, which is the rule.
  }
}

function reasonOf(output: string, exitCode: number | undefined, timeoutMs: number): string {
  if (exitCode === 124) return `apt-get did not end within ${timeoutMs / 1000} s`;
  const complaints = output.split("\n").filter((line) => /^(E|dpkg: error|sudo|env|timeout):/.test(line));
  const words = complaints.length > 3 ? [...complaints.slice(0, 2), "...", ...complaints.slice(-1)] : complaints;
  return withoutPasswords(words.join("\n")).trim() || `exit code ${String(exitCode)}`;
}

const tail = (text: string): readonly string[] => text.trim().split("\n").slice(-10);

/** Addresses of private mirrors may carry credentials. */
const withoutPasswords = (text: string): string => text.replaceAll(/:\/\/[^/\s@]+@/g, "://***@");
