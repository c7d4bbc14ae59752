/** The guard of one pod: registers it, has its writes checked by a `seclambda` of its own, writes the artifact's lines. */
import { spawn } from "node:child_process";
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { nowNs } from "../../../base/clock.ts";
import { stateFolder } from "../../../sandboxes/pod-driver.ts";
import { glogLine, stagesLine, standInTotalLine } from "./stand-in-lines.ts";
import type { ReturnMessage, SentryMessage } from "./stand-in-messages.ts";
import type { Pod } from "./stand-in-pods.ts";
import type { Write } from "./stand-in-wire.ts";

/**
 * Observed behaviour of real pods: one is never registered, one hangs forever, the `seclambda` of one ends by itself
 * after many events. That one's next event ends its sentry with SIGPIPE.
 */
export type Fate =
  { readonly kind: "never-registered" } | { readonly kind: "hangs" | "loses-seclambda"; readonly afterWrites: number };

export interface StandInGuarded {
  readonly sees: (write: Write) => void;
  /** Rejects with what went wrong. */
  readonly end: () => Promise<void>;
}

export interface StandInGuardOptions {
  readonly seclambda: string;
  readonly fate: Fate | undefined;
  readonly onRegistered: () => void;
}

/** Environment variable with the number of events after which the stand-in for `seclambda` ends. */
export const endsAfter = "STAND_IN_ENDS_AFTER";

export function guardPod(pod: Pod, { seclambda, fate, onRegistered }: StandInGuardOptions): StandInGuarded {
  const { pid, hostName, bootLog } = pod;
  if (fate?.kind === "never-registered") return { sees: () => undefined, end: () => Promise.resolve() };
  // A run removes the logs of a pod that it ends, while the pod still writes.
  const log = (message: string): Promise<void> =>
    appendFile(bootLog, glogLine(pid, message)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    });
  signal(pid, "SIGSTOP");
  const argv = ["--address=127.0.0.1", "--port=5000", "--io-fds=3", "--io-fds=4", `--hostname=${hostName}`];
  const limit = fate?.kind === "loses-seclambda" ? { [endsAfter]: String(fate.afterWrites) } : {};
  const child = spawn(seclambda, ["seclambda", ...argv], {
    stdio: ["ignore", "inherit", "inherit", "pipe", "pipe"],
    env: { ...process.env, ...limit },
  });
  const [toProxy, fromProxy] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  toProxy.on("error", () => undefined); // it has ended
  const replies = createInterface({ input: fromProxy })[Symbol.asyncIterator]();
  const tell = (message: SentryMessage): boolean => toProxy.write(`${JSON.stringify(message)}\n`);
  const ask = async (message: SentryMessage): Promise<ReturnMessage | undefined> => {
    tell(message);
    const { value } = await replies.next();
    return value === undefined ? undefined : (JSON.parse(value) as ReturnMessage);
  };
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;

  let writes = 0;
  let [hung, over] = [false, false];
  const check = async ({ head, peer, port }: Write): Promise<void> => {
    // An address is used again, and the logs of a pod that has ended are cleared.
    if (hung || over || !signal(pid, 0)) return;
    if (hasEnded()) {
      over = true;
      signal(pid, "SIGKILL"); // a broken pipe, to the real one
      return;
    }
    writes += 1;
    const startedNs = nowNs();
    const event = { EventName: "SEND", PeerAddr: peer, PeerPort: port, HasBody: 0, MsgID: writes } as const;
    const common = { ...event, SessionId: "session_id0", FuncName: "" };
    if (head.startsWith("GET ")) {
      const stages = await timeGet(head, (Url) => ask({ ...common, EventName: "GETE", Method: "GET", Url }));
      if (stages === undefined) return; // passes undecided
      await log("[CheckPolicyDummy] Final iter value: 1000");
      await log(stagesLine(stages));
      await log(standInTotalLine("GETE", nowNs() - startedNs));
    } else {
      tell(common);
      await log(standInTotalLine("SEND", nowNs() - startedNs));
    }
    if (fate?.kind !== "hangs" || writes < fate.afterWrites) return;
    hung = true;
    signal(pid, "SIGSTOP");
  };

  const register = async (): Promise<void> => {
    // runsc's own record of a sandbox names it, and where the real one's is, ours is not.
    await mkdir(stateFolder(pod.directory), { recursive: true });
    await writeFile(join(stateFolder(pod.directory), "stand-in.json"), JSON.stringify({ seclambdaPid: child.pid }));
    await log("Version stand-in: lines of the artifact's sentry, written by a test");
    await log("[SendHostnameGuard] Waiting for reply");
    const answer = await ask({ FuncName: hostName, IsFunc: true });
    await log(`[SendHostnameGuard] ${answer ? "Received reply" : "Error receiving reply from seclambda proxy"}`);
    if (answer?.Policy) await log("[SendHostnameGuard] Initialized Policy");
    // The watchdog's question to the function, over the loopback: timed, and not checked.
    await log(stagesLine([4e3, 50, 9e3, 0, 0, 60, 14e3]));
    if (answer) onRegistered();
    signal(pid, "SIGCONT");
  };
  let work = register();
  work.catch(() => undefined); // reported at the end
  return {
    sees: (write) => {
      work = work.then(() => check(write));
      work.catch(() => undefined); // reported at the end
    },
    end: async () => {
      over = true;
      child.kill("SIGKILL");
      await work;
    },
  };
}

/** The seven durations of a GET, ns; `undefined` where the proxy is gone. */
async function timeGet(
  head: string,
  ask: (url: string) => Promise<ReturnMessage | undefined>,
): Promise<readonly number[] | undefined> {
  const startedNs = nowNs();
  const path = head.split(" ")[1] ?? "/";
  const parsedNs = nowNs();
  const url = `*;*${path}`;
  const builtNs = nowNs();
  const answer = await ask(url);
  const answeredNs = nowNs();
  if (answer === undefined) return undefined;
  let left = 1000;
  while (left > 0) left -= 1;
  const checkedNs = nowNs();
  const [controller, guard] = [answeredNs - builtNs, checkedNs - answeredNs];
  return [parsedNs - startedNs, 0, builtNs - parsedNs, controller, guard, controller + guard, checkedNs - startedNs];
}

/** Whether the process was there. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
