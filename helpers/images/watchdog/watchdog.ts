import { type ChildProcess, spawn } from "node:child_process";
import { hostname } from "node:os";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { createCallGate, refuseCall } from "../../gateway/call-gate.ts";
import { createInstanceLines } from "../../gateway/instance-lines.ts";
import { untilReady, type Endpoint } from "../../gateway/readiness.ts";
import { refusal } from "../../gateway/refusal.ts";
import { listenAsWatchdog } from "../../gateway/watchdog-server.ts";
import { readWatchdogSettings } from "../../gateway/watchdog-settings.ts";
import { messageOf } from "../../base/errors.ts";

export interface Watchdog {
  /** Lets calls in flight end, then the function, as of-watchdog does on SIGTERM. Idempotent. */
  readonly stop: () => void;
  /** Exit code for this process, when the function is gone. */
  readonly ended: Promise<number>;
}

/** Calls still come for a moment after a pod is asked to stop: their senders learn of it at the same time. */
const lameDuckMs = 250;
/** From SIGTERM of the function to SIGKILL. */
const graceMs = 2_000;
/** Kubernetes decides how long is too long. */
const readyMs = 2 ** 31 - 1;

/**
 * Starts the function and listens on `port` (8080). `/_/health` is 200 when the function has answered once, unless
 * `early_health=true` asks for of-watchdog's own way: from the start.
 * @throws {KaliumError} for unusable settings, or a port that is taken
 */
export async function startWatchdog(env: NodeJS.ProcessEnv): Promise<Watchdog> {
  const given = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const settings = readWatchdogSettings(given, undefined);
  const [program, ...args] = settings.command ?? [];
  if (program === undefined) throw refusal(400, "fprocess names no program");
  const target = upstreamOf(given);
  const lines = createInstanceLines(hostname(), { append: printLine }, settings.prefixLogs);
  const gate = createCallGate(target, settings, undefined);
  let ready = false;
  let stopping = false;
  const healthy = (): boolean => !stopping && (ready || given["early_health"] === "true");
  const { server } = await listenAsWatchdog(
    {
      settings,
      function: target,
      healthy,
      accepting: () => ready && gate.accepting(),
      full: gate.full,
      handle: (incoming, outgoing) => (ready ? gate.handle(incoming, outgoing) : refuseCall(outgoing)),
    },
    { host: given["host"] ?? "0.0.0.0", port: Number(given["port"] ?? 8080) },
  );

  const child = spawn(program, args, { env: functionEnvironment(given, target), stdio: ["ignore", "pipe", "pipe"] });
  createInterface(child.stdout).on("line", (line) => lines.onLine("stdout", line));
  createInterface(child.stderr).on("line", (line) => lines.onLine("stderr", line));
  const gone = new AbortController();
  const exit = exitOf(child).finally(() => gone.abort());
  const path = settings.readyPath || "/_/health";
  untilReady(target, path, { hint: lines.listening, timeoutMs: readyMs, signal: gone.signal }).then(
    () => (ready = true),
    () => undefined, // gone first: the exit tells it
  );
  const ended = exit.then(({ code, text }) => {
    lines.note(`function ${text}`);
    gate.close();
    server.closeAllConnections();
    server.close();
    return stopping ? 0 : code;
  });
  return {
    ended,
    stop() {
      if (stopping) return;
      stopping = true;
      const waitMs = Math.min(lameDuckMs, settings.healthcheckIntervalMs);
      void sleep(waitMs)
        .then(() => gate.drain(settings.healthcheckIntervalMs - waitMs))
        .then((left) => {
          if (left > 0) lines.note(`stopped with ${left} calls in flight`);
          gate.close(); // the function ends sooner without open connections
          child.kill("SIGTERM");
          setTimeout(() => child.kill("SIGKILL"), graceMs).unref();
        });
    },
  };
}

/** `upstream_url`, as of-watchdog reads it. @throws {KaliumError} a 400 that names the value */
function upstreamOf(env: Readonly<Record<string, string>>): Endpoint {
  const text = env["http_upstream_url"] ?? env["upstream_url"] ?? "http://127.0.0.1:3000";
  const url = URL.parse(text);
  if (url?.protocol !== "http:") throw refusal(400, `upstream_url: ${JSON.stringify(text)} is not an http URL`);
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 80) };
}

/** The pod's, with the port where the function is looked for, and NODE_OPTIONS as they were meant (`watchdog-layer.ts`). */
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
