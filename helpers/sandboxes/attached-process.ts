import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { onLines } from "../base/lines.ts";
import { killGroup } from "./run-command.ts";

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A process that lives as long as the instance it holds: the runtime's `run`, or the function itself. */
export interface AttachedProcess {
  readonly pid: number;
  /** Settles after its last line was delivered; never rejects. */
  readonly exited: Promise<ProcessExit>;
  running(): boolean;
  lastWords(): readonly string[];
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

/**
 * Functions print dozens of lines per call. To read each as it comes would take more of the processors that the measured
 * call needs than the call itself, so lines gather in the pipe.
 */
const gatherMs = 20;
/** What a pipe of Linux holds: beyond, the writer waits. */
const pipeBytes = 65_536;

/** A grandchild may hold the output pipes longer than the process lives: lines are awaited this long after its end. */
const drainMs = 300;

/** @throws the spawn error (ENOENT, EACCES) */
export async function attachProcess(
  [file, ...args]: readonly [string, ...string[]],
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    onLine(stream: "stdout" | "stderr", line: string): void;
  },
): Promise<AttachedProcess> {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // Ctrl-C is for the harness, which then stops its instances in order
  });
  const words: string[] = [];
  for (const stream of ["stdout", "stderr"] as const) {
    const source = child[stream];
    onLines(source, (line) => {
      words.push(line);
      if (words.length > 20) words.shift();
      options.onLine(stream, line);
    });
    source.on("data", (chunk: Buffer) => {
      if (chunk.length >= pipeBytes) return; // more is waiting, and the function with it
      source.pause();
      setTimeout(() => source.resume(), gatherMs);
    });
  }
  const closed = once(child, "close");
  const exited = once(child, "exit").then(async ([code, signal]: unknown[]): Promise<ProcessExit> => {
    const giveUp = new AbortController();
    await Promise.race([closed, delay(drainMs, undefined, { signal: giveUp.signal }).catch(() => undefined)]);
    giveUp.abort();
    return { code: code as number | null, signal: signal as string | null };
  });
  closed.catch(() => undefined); // a spawn error rejects all three; the one below reports it
  exited.catch(() => undefined);
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  child.once("exit", () => killGroup(pid)); // its own children go with it; later the number may be another group's
  return {
    pid,
    exited,
    running,
    lastWords: () => words,
    kill(signal) {
      if (!running()) return;
      if (signal === "SIGKILL") killGroup(pid);
      else child.kill(signal);
    },
  };
}
