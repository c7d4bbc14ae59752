import { type ChildProcess, spawn } from "node:child_process";
import { hostname } from "node:os";
import { createInstanceLines } from "../../gateway/instance-lines.ts";
import { refusal } from "../../gateway/refusal.ts";
import type { Endpoint } from "../../gateway/readiness.ts";
import { readWatchdogSettings } from "../../gateway/watchdog-settings.ts";
import { messageOf } from "../../base/errors.ts";
import { onLines } from "../../base/lines.ts";
import { givenOf, openDoor, upstreamOf } from "./door.ts";

export interface Watchdog {
  /** Lets calls in flight end, then the function. Idempotent. */
  readonly stop: () => void;
  /** Exit code for this process, when the function is gone. */
  readonly ended: Promise<number>;
}

/** From SIGTERM of the function to SIGKILL. */
const graceMs = 2_000;

/**
 * The watchdog as a process of its own: starts the function as its child and opens the door.
 * @throws {KaliumError} for unusable settings, or a port that is taken
 */
export async function startWatchdog(env: NodeJS.ProcessEnv): Promise<Watchdog> {
  const given = givenOf(env);
  const settings = readWatchdogSettings(given, undefined);
  const [program, ...args] = settings.command ?? [];
  if (program === undefined) throw refusal(400, "fprocess names no program");
  const target = upstreamOf(given);
  const lines = createInstanceLines(hostname(), { append: printLine }, settings.prefixLogs);
  const gone = new AbortController();
  const door = await openDoor({ env: given, settings, target, listening: lines.listening, gone: gone.signal });
  const child = spawn(program, args, { env: functionEnvironment(given, target), stdio: ["ignore", "pipe", "pipe"] });
  onLines(child.stdout, (line) => lines.onLine("stdout", line));
  onLines(child.stderr, (line) => lines.onLine("stderr", line));
  const exit = exitOf(child).finally(() => gone.abort());
  let stopping = false;
  const ended = exit.then(({ code, text }) => {
    lines.note(`function ${text}`);
    door.close();
    return stopping ? 0 : code;
  });
  return {
    ended,
    stop() {
      if (stopping) return;
      stopping = true;
      void door.drain().then((left) => {
        if (left > 0) lines.note(`stopped with ${left} calls in flight`);
        door.close(); // the function ends sooner without open connections
        child.kill("SIGTERM");
        setTimeout(() => child.kill("SIGKILL"), graceMs).unref();
      });
    },
  };
}

/** The pod's, with the port where the function is looked for, and NODE_OPTIONS as they were meant (`starter.ts`). */
function functionEnvironment(env: Readonly<Record<string, string>>, target: Endpoint): Record<string, string> {
  const { FUNCTION_NODE_OPTIONS: nodeOptions, ...rest } = env;
  return { http_port: String(target.port), ...rest, ...(nodeOptions && { NODE_OPTIONS: nodeOptions }) };
}

const exitOf = (child: ChildProcess): Promise<{ readonly code: number; readonly text: string }> =>
  new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: 127, text: `cannot be started: ${messageOf(error)}` }));
    child.once("close", (code, signal) =>
      resolve({ code: code ?? 1, text: code === null ? `was killed by ${signal ?? "?"}` : `exited with code ${code}` }),
    );
  });

/** Standard output is the pod's log; it names the pod itself. */
const printLine = (_instance: string, text: string): void => void process.stdout.write(`${text}\n`);
