import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, open, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { poll } from "../../base/deadline.ts";
import { KaliumError } from "../../base/errors.ts";
import { hostEnvironment } from "../../sandboxes/run-command.ts";
import { sha256OfFile } from "../../base/sha256-of-file.ts";
import { ctrPort } from "./preflight.ts";

export interface CtrOptions {
  readonly binary: string;
  /** Working directory. */
  readonly directory: string;
  /** Name of the policy in the directory. */
  readonly policyFile: string;
  /** JSON lines: every start and every death. */
  readonly journalPath: string;
  /** What it prints. */
  readonly logPath: string;
  /** Compiled into it and into seclambda; another one for stand-ins. */
  readonly port?: number;
}

export type CtrEvent =
  | { readonly kind: "started"; readonly at: string; readonly pid: number; readonly sha256: string }
  | { readonly kind: "died"; readonly at: string; readonly pid: number; readonly end: string };

export const ctrJournal = (resultsDirectory: string): string => join(resultsDirectory, "ctr.jsonl");

/** A controller that died this often in a run is given up. */
const maxDeaths = 20;
const startTimeoutMs = 60_000;

/**
 * Runs the artifact's controller until disposal and starts it again when it dies: it crashes on frames that another
 * program would refuse. A death voids the block it falls into; the journal tells of it.
 * @throws {KaliumError} E_SERVICE when its port is taken or it does not listen
 */
export async function superviseCtr(options: CtrOptions): Promise<AsyncDisposable> {
  const { binary, directory, policyFile, journalPath, logPath, port = ctrPort } = options;
  const sha256 = await sha256OfFile(binary);
  const note = (event: CtrEvent): Promise<void> => appendFile(journalPath, `${JSON.stringify(event)}\n`);
  if (await listens(port)) {
    throw new KaliumError(
      "E_SERVICE",
      `port ${port} of this machine is in use, and the artifact's ctr can use no other port`,
      {
        hint: "Stop what listens there (`ss -ltnp`), perhaps a ctr that was started by hand",
      },
    );
  }
  await using stack = new AsyncDisposableStack();
  const log = stack.adopt(await open(logPath, "a"), (file) => file.close());
  let stopping = false;
  const isStopping = (): boolean => stopping;
  let deaths = 0;

  const start = async () => {
    // It dies with the harness, however that ends.
    const child = spawn("setpriv", ["--pdeathsig", "KILL", binary, policyFile], {
      cwd: directory,
      env: hostEnvironment,
      stdio: ["ignore", log.fd, log.fd],
      detached: true, // Ctrl-C is for the harness
    });
    const exited = once(child, "exit") as Promise<[number | null, string | null]>;
    exited.catch(() => undefined); // reported by the line below
    await once(child, "spawn");
    const pid = child.pid ?? 0;
    await note({ kind: "started", at: new Date().toISOString(), pid, sha256 });
    return { child, pid, exited };
  };
  let current = await start();
  const keep = async (): Promise<void> => {
    while (deaths < maxDeaths) {
      const { pid, exited } = current;
      const [code, signal] = await exited;
      if (isStopping()) return;
      await note({ kind: "died", at: new Date().toISOString(), pid, end: String(code ?? signal) });
      deaths += 1;
      if (deaths < maxDeaths) current = await start();
    }
  };
  const keeping = keep();
  keeping.catch(() => undefined); // a start that fails leaves "died" as the journal's last line
  stack.defer(async () => {
    stopping = true;
    current.child.kill("SIGKILL"); // it has nothing to save, and ignores politer ways
    await keeping.catch(() => undefined);
    current.child.kill("SIGKILL"); // one that was being started meanwhile
    await current.exited.catch(() => undefined);
  });
  await poll({ what: `${binary} to listen at port ${port}`, timeoutMs: startTimeoutMs, intervalMs: 20 }, async () => {
    if (deaths > 0) throw new KaliumError("E_SERVICE", `${binary} ended at once: ${await readFile(logPath, "utf8")}`);
    return (await listens(port)) ? true : undefined;
  });
  const owned = stack.move();
  return { [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** All that happened to the controller so far. */
export async function readCtrJournal(path: string): Promise<readonly CtrEvent[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1); // a line may be under way
  return whole
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as CtrEvent);
}

/** Whether something of this machine listens there; a controller answers on its loopback, too. */
export async function listens(port: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
