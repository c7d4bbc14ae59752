import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { openOutputPipe, type OutputNames } from "./output-pipes.ts";
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

/** A grandchild may hold the output pipes longer than the process lives: lines are awaited this long after its end. */
const drainMs = 300;

/** @throws the spawn error (ENOENT, EACCES) */
export async function attachProcess(
  [file, ...args]: readonly [string, ...string[]],
  options: {
    readonly cwd: string;
    /** Made for this process. */
    readonly outputs: OutputNames;
    readonly env: Readonly<Record<string, string>>;
    onLine(stream: "stdout" | "stderr", line: string): void;
  },
): Promise<AttachedProcess> {
  const words: string[] = [];
  const pipes = (["stdout", "stderr"] as const).map((stream, index) =>
    openOutputPipe(options.outputs[index] ?? "", (line) => {
      words.push(line);
      if (words.length > 20) words.shift();
      options.onLine(stream, line);
    }),
  );
  const start = (): ChildProcess => {
    try {
      return spawn(file, args, {
        cwd: options.cwd,
        env: options.env,
        stdio: ["ignore", ...pipes.map(({ writer }) => writer)],
        detached: true, // Ctrl-C is for the harness, which then stops its instances in order
      });
    } finally {
      for (const pipe of pipes) pipe.closeWriter(); // the child has them, or there is none
    }
  };
  const child = start();
  const closed = Promise.all(pipes.map(({ ended }) => ended));
  const exited = once(child, "exit").then(async ([code, signal]: unknown[]): Promise<ProcessExit> => {
    const giveUp = new AbortController();
    await Promise.race([closed, delay(drainMs, undefined, { signal: giveUp.signal }).catch(() => undefined)]);
    giveUp.abort();
    return { code: code as number | null, signal: signal as string | null };
  });
  exited.catch(() => undefined); // a spawn error rejects it; the one below reports it
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
