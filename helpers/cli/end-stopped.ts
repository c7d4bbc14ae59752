/** Ends a process that somebody has stopped: whoever waits for it would wait for ever. */
import { readdirSync, readFileSync } from "node:fs";

export interface Stopped {
  /** As in "... has been stopped for 60 s". */
  readonly name: string;
  /** Those to look at now. */
  readonly pids: () => readonly number[];
  readonly afterMs?: number;
  readonly everyMs?: number;
}

/**
 * Looks now and then, and kills what has been stopped all the time. Ctrl-Z stops this process, too, which is then late
 * for its look and begins to count again.
 */
export function endStopped({ name, pids, afterMs = 60_000, everyMs = 5_000 }: Stopped): Disposable {
  const since = new Map<number, number>();
  let lookedMs = performance.now();
  const look = (): void => {
    const nowMs = performance.now();
    if (nowMs - lookedMs > 3 * everyMs) since.clear();
    lookedMs = nowMs;
    const stopped = pids().filter(isStopped);
    for (const pid of since.keys()) if (!stopped.includes(pid)) since.delete(pid);
    for (const pid of stopped) {
      if (!since.has(pid)) since.set(pid, nowMs);
      if (nowMs - (since.get(pid) ?? nowMs) < afterMs) continue;
      process.stderr.write(`\nkalium-bench: ${name} has been stopped for ${afterMs / 1_000} s (SIGSTOP): ending it\n`);
      kill(pid);
    }
  };
  const timer = setInterval(look, everyMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Not by a debugger. */
function isStopped(pid: number): boolean {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T");
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // ended in the meantime
  }
}

/** Children of this process whose command line matches; none where there is no `/proc`. */
export function childrenLike(pattern: RegExp): readonly number[] {
  const own = "/proc/self/task";
  return listed(own)
    .flatMap((task) => textOf(`${own}/${task}/children`).split(" ").filter(Boolean).map(Number))
    .filter((pid) => pattern.test(textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ")));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function listed(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
