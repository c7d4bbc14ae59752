/**
 * Stands in for what the artifact added to the sentry: the machine's own runsc has no guard. It watches the pods of a run,
 * holds each until its function is registered (as the artifact's start does), has events checked, and writes the lines
 * of the artifact's boot logs. The durations are its own.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFile, readFile, readdir, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { nowNs } from "../../../base/clock.ts";
import { runscFiles } from "../build-folder.ts";
import { bootLogFolder } from "../pod.ts";
import type { ReturnMessage, SentryMessage } from "./stand-in-messages.ts";

export interface SentryOptions {
  /** Folders of the runs whose pods it watches. */
  readonly runDirectories: () => Promise<readonly string[]>;
  readonly seclambda: string;
  /** Guarded GETs per pod, after its registration. */
  readonly checksPerPod: number;
  /** Pods that are never registered. */
  readonly silent?: (pod: Pod) => boolean;
}

/** One that runs. */
export interface Pod {
  /** File name of its runsc. */
  readonly program: string;
  /** Of its sandbox. */
  readonly pid: number;
  readonly hostName: string;
  readonly bootLog: string;
}

const guardedPrograms = [runscFiles.kalium, runscFiles["kalium-microbench"]];
const lookEveryMs = 20;

/** Until disposal, which rejects with the first thing that went wrong. */
export function startStandInSentry(options: SentryOptions): AsyncDisposable & { readonly registered: () => number } {
  const known = new Set<string>();
  const children = new Set<ChildProcess>();
  const guards: Promise<void>[] = [];
  const stop = new AbortController();
  let registered = 0;

  const guard = async ({ pid, hostName, bootLog }: Pod): Promise<void> => {
    const log = (message: string): Promise<void> => appendFile(bootLog, `${glogLine(pid, message)}\n`);
    process.kill(pid, "SIGSTOP");
    const argv = ["seclambda", "--address=127.0.0.1", "--port=5000", "--io-fds=3", "--io-fds=4"];
    const child = spawn(options.seclambda, [...argv, `--hostname=${hostName}`], {
      stdio: ["ignore", "inherit", "inherit", "pipe", "pipe"],
    });
    children.add(child);
    child.once("exit", () => children.delete(child));
    const [toProxy, fromProxy] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
    toProxy.on("error", () => undefined); // it was killed
    const replies = createInterface({ input: fromProxy })[Symbol.asyncIterator]();
    const ask = async (message: SentryMessage): Promise<ReturnMessage | undefined> => {
      toProxy.write(`${JSON.stringify(message)}\n`);
      const { value } = await replies.next();
      return value === undefined ? undefined : (JSON.parse(value) as ReturnMessage);
    };
    await log("Version stand-in: lines of the artifact's sentry, written by a test");
    await log("[SendHostnameGuard] Waiting for reply");
    const answer = await ask({ FuncName: hostName, IsFunc: true });
    await log(`[SendHostnameGuard] ${answer ? "Received reply" : "Error receiving reply from seclambda proxy"}`);
    if (answer?.Policy) await log("[SendHostnameGuard] Initialized Policy");
    registered += 1;
    process.kill(pid, "SIGCONT");
    for (let id = 0; id < options.checksPerPod && answer !== undefined; id++) {
      const durations = await check(id, ask);
      if (durations === undefined) break;
      await log("[CheckPolicyDummy] Final iter value: 1000");
      await log(`[GETEValidateWriteMeasure] ${durations.map(goDuration).join(":")}`);
    }
  };

  const watching = (async () => {
    while (!stop.signal.aborted) {
      for (const directory of await options.runDirectories()) {
        for (const id of await readdir(bootLogFolder(directory)).catch(() => [])) {
          if (known.has(id)) continue;
          const pod = await podOf(directory, id);
          if (pod === undefined) continue;
          known.add(id);
          if (pod === "unguarded" || options.silent?.(pod)) continue;
          guards.push(guard(pod));
          guards.at(-1)?.catch(() => undefined); // reported at the end
        }
      }
      await sleep(lookEveryMs);
    }
  })();
  return {
    registered: () => registered,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await watching;
      for (const child of children) child.kill("SIGKILL");
      await Promise.all(guards);
    },
  };
}

/** `undefined`: not yet there. */
async function podOf(directory: string, id: string): Promise<Pod | "unguarded" | undefined> {
  const bundle = join(directory, "sandboxes", id, "pause");
  const pid = Number(await readFile(join(bundle, "init-pid"), "utf8").catch(() => NaN));
  const program = basename(await readlink(`/proc/${pid}/exe`).catch(() => ""));
  const name = (await readdir(bootLogFolder(directory, id)).catch(() => [])).find((file) => file.includes(".boot"));
  if (program === "" || name === undefined) return undefined;
  const config = JSON.parse(await readFile(join(bundle, "config.json"), "utf8")) as {
    readonly process: { readonly env: readonly string[] };
  };
  const hostName = config.process.env.find((each) => each.startsWith("HOSTNAME="))?.slice("HOSTNAME=".length);
  if (hostName === undefined || !guardedPrograms.includes(program)) return "unguarded";
  return { program, pid, hostName, bootLog: join(bootLogFolder(directory, id), name) };
}

/** One guarded GET: its seven durations, ns; `undefined` where the proxy is gone. */
async function check(
  id: number,
  ask: (message: SentryMessage) => Promise<ReturnMessage | undefined>,
): Promise<readonly number[] | undefined> {
  const started = nowNs();
  const copy = Buffer.from(`GET /${id} HTTP/1.1\r\n\r\n`);
  const parsed = nowNs();
  const url = `*;*/${copy.toString("hex")}`;
  const built = nowNs();
  const event = { EventName: "GETE", Url: url, Method: "GET", PeerAddr: "10.0.0.1", PeerPort: 80, HasBody: 0 } as const;
  const answer = await ask({ ...event, SessionId: "session_id0", MsgID: id, FuncName: "" });
  const answered = nowNs();
  if (answer === undefined) return undefined;
  let left = 1000;
  while (left > 0) left -= 1;
  const checked = nowNs();
  const [controller, guard] = [answered - built, checked - answered];
  return [parsed - started, 0, built - parsed, controller, guard, controller + guard, checked - started];
}

/** Below a minute. */
function goDuration(ns: number): string {
  if (ns === 0) return "0s";
  if (ns < 1e3) return `${ns}ns`;
  if (ns < 1e6) return `${ns / 1e3}µs`;
  return ns < 1e9 ? `${ns / 1e6}ms` : `${ns / 1e9}s`;
}

/** As gVisor's logs have it, at level Info. */
function glogLine(pid: number, message: string): string {
  const [date = "", time = ""] = new Date().toISOString().split("T");
  return `I${date.slice(5).replace("-", "")} ${time.slice(0, -1)}000 ${String(pid).padStart(7)} log.go:265] ${message}`;
}
