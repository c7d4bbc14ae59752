import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { within } from "./deadline.ts";
import { KaliumError, messageOf } from "./errors.ts";

/**
 * A part of the testbed in a process of its own (gateway, image server, mail sink), so that it shares no event loop
 * with the measuring worker. Options go to its standard input, which then stays open: its end tells the child that
 * the parent is gone, and the child cleans up by itself.
 */
export interface Service<Info> extends AsyncDisposable {
  readonly info: Info;
  readonly pid: number;
  /** Asks it to stop by closing its standard input, kills it after `graceMs`. Idempotent. */
  stop(): Promise<void>;
}

export interface ServiceStart {
  /** As in errors: "timed out ... waiting for <name> to start". */
  readonly name: string;
  readonly timeoutMs: number;
  /** From asking it to stop to killing it; 20 s by default. */
  readonly graceMs?: number;
  readonly signal?: AbortSignal;
}

/** `startService`, or what starts the same service elsewhere: in a pod of a cluster (helpers/cluster/services/in-pod.ts). */
export type StartService = <Info>(entry: URL, options: unknown, start: ServiceStart) => Promise<Service<Info>>;

/**
 * Starts `entry` with the pinned Node and waits for its one ready line.
 * @throws {KaliumError} E_SERVICE with the child's last words, E_TIMEOUT after `timeoutMs`
 */
export async function startService<Info>(
  entry: URL,
  options: unknown,
  { name, timeoutMs, graceMs = 20_000, signal }: ServiceStart,
): Promise<Service<Info>> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", fileURLToPath(entry)], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "" },
    detached: true, // Ctrl-C reaches the parent alone, which then ends its services in order
  });
  const lastWords: string[] = [];
  createInterface(child.stderr).on("line", (line) => {
    lastWords.push(line);
    if (lastWords.length > 40) lastWords.shift();
  });
  child.stdin.on("error", () => undefined); // a child that died first is reported by its exit
  child.stdin.write(`${JSON.stringify(options)}\n`);
  const stop = stopper(child, name, graceMs);
  try {
    const info = await within({ what: `${name} to start`, timeoutMs, signal }, () =>
      readyLine<Info>(child, name, lastWords),
    );
    const onLoss = (code: number | null, by: NodeJS.Signals | null): void => tellLoss(name, by ?? code, lastWords);
    child.once("exit", onLoss);
    const stopInOrder = (): Promise<void> => {
      child.off("exit", onLoss);
      return stop();
    };
    return { info, pid: child.pid ?? 0, stop: stopInOrder, [Symbol.asyncDispose]: stopInOrder };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** At once, because what fails later only shows that it is gone. */
function tellLoss(name: string, how: number | string | null, lastWords: readonly string[]): void {
  const words = lastWords.map((line) => `\n     ${line}`).join("");
  process.stderr.write(`\nkalium-bench: ${name} ended unexpectedly (${how ?? "unknown"})${words}\n`);
}

async function readyLine<Info>(child: ChildProcess, name: string, lastWords: readonly string[]): Promise<Info> {
  if (child.stdout === null) throw new TypeError("stdout is a pipe");
  const failed = once(child, "exit").then(([code, signal]: unknown[]) => {
    throw new KaliumError(
      "E_SERVICE",
      `${name} ended (${String(code ?? signal)}) before it was ready: ${lastWords.join("\n")}`,
    );
  });
  const line = once(createInterface(child.stdout), "line").then(
    ([line]: unknown[]) => (JSON.parse(String(line)) as { ready: Info }).ready,
  );
  failed.catch(() => undefined); // an exit long after the start is the stopper's business
  return Promise.race([line, failed]);
}

function stopper(child: ChildProcess, name: string, graceMs: number): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () =>
    (stopping ??= (async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.stdin?.end();
      await within({ what: `${name} to stop`, timeoutMs: graceMs }, () => exited).catch(async () => {
        child.kill("SIGKILL");
        await exited;
      });
    })());
}

/**
 * The child's side: reads the options, runs `start`, prints the ready line, and runs the returned clean-up when the
 * parent closes our standard input or asks by signal.
 */
export async function runService(
  start: (options: unknown) => Promise<{ readonly info: unknown; stop(): Promise<void> }>,
): Promise<void> {
  const input = process.stdin;
  const options = await new Promise<unknown>((resolve, reject) => {
    createInterface(input)
      .once("line", (line) => {
        try {
          resolve(JSON.parse(line));
        } catch (error) {
          reject(new KaliumError("E_SERVICE", "the options on standard input are not JSON", { cause: error }));
        }
      })
      .once("close", () => reject(new KaliumError("E_SERVICE", "no options on standard input")));
  });
  const starting = start(options);
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    try {
      const started = await starting.catch(() => undefined); // a start under way is finished, then undone
      await started?.stop();
    } catch (error) {
      process.stderr.write(`${messageOf(error)}\n`);
      process.exitCode = 1;
    }
    process.exit();
  };
  input.once("end", () => void end());
  input.once("close", () => void end());
  process.once("SIGTERM", () => void end());
  try {
    const { info } = await starting;
    process.stdout.write(`${JSON.stringify({ ready: info })}\n`);
  } catch (error) {
    const known = error instanceof KaliumError || !(error instanceof Error); // its message says all
    process.stderr.write(`${known ? messageOf(error) : (error.stack ?? error.message)}\n`);
    process.exit(1);
  }
}
