import type { HostProof } from "../contracts/proof.ts";
import type { Sandbox, SandboxExit } from "../contracts/sandbox.ts";
import { within } from "../base/deadline.ts";
import { KaliumError, messageOf } from "../base/errors.ts";
import type { AttachedProcess } from "./attached-process.ts";
import type { InstanceCgroup } from "./cgroup.ts";

/** How often the memory counter is read. */
const memoryWatchMs = 500;
/** From the kill to the end of the last process. */
const killTimeoutMs = 60_000;

export interface InstanceParts {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly child: AttachedProcess;
  readonly cgroup: InstanceCgroup | undefined;
  /** Asks the function to stop; ends on `signal`. */
  readonly terminate: (signal: AbortSignal) => Promise<unknown>;
  readonly proof: (signal: AbortSignal) => Promise<HostProof>;
  readonly lookInside: Sandbox["lookInside"];
  /** Removes what is not a process: namespace, control group, folders. */
  readonly release: () => Promise<void>;
}

/** Watches over a started process until its end, and ends it. */
export function superviseInstance({
  id,
  host,
  port,
  child,
  cgroup,
  terminate,
  proof,
  lookInside,
  release,
}: InstanceParts): Sandbox {
  let stopping = false;
  let outOfMemory = false;
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL"); // runsc takes its children along; runc leaves the function to the control group
    await cgroup?.kill();
  };
  // Under systrap the kernel kills one helper process and the rest hangs: no exit tells of it, only the counter.
  const watch = setInterval(() => {
    if (stopping || outOfMemory || (cgroup?.oomKills() ?? 0) === 0) return;
    outOfMemory = true;
    kill().catch(noop); // what cannot be killed is reported by `stop`
  }, memoryWatchMs).unref();
  const exited = child.exited.then(async (exit): Promise<SandboxExit> => {
    clearInterval(watch);
    const killed = exit.signal === "SIGKILL" || exit.code === 128 + 9 || exit.code === 128;
    if (!stopping && killed && (await cgroup?.reachedLimit()) === true) outOfMemory = true;
    await cgroup?.kill().catch(noop); // whoever outlived it; a failure is reported by `stop`
    return { ...exit, outOfMemory };
  });
  const end = async (graceMs: number): Promise<void> => {
    stopping = true;
    if (graceMs > 0 && child.running()) {
      // A runtime that is asked about a sandbox that ends meanwhile may wait for an answer that does not come.
      const over = new AbortController();
      const asking = terminate(over.signal);
      const gone = Promise.race([exited, asking.then(() => exited)]);
      await within({ what: `${id} to stop`, timeoutMs: graceMs }, () => gone).catch(noop);
      over.abort();
      await asking.catch(noop);
    }
    const failures: string[] = [];
    // Each step is tried whatever happened before: a namespace must not stay because a process did.
    for (const step of [
      kill,
      () => within({ what: `${id} to die`, timeoutMs: killTimeoutMs }, () => exited),
      release,
    ]) {
      await step().catch((error: unknown) => failures.push(messageOf(error)));
    }
    if (failures.length > 0) {
      throw new KaliumError("E_SANDBOX", `${id} was not removed: ${failures.join("; ")}`, {
        hint: "Run `npm run sweep`.",
      });
    }
  };
  let stopped: Promise<void> | undefined;
  const stop = (graceMs: number): Promise<void> => (stopped ??= end(graceMs));
  return {
    id,
    host,
    port,
    exited,
    hostProof: proof,
    ...(lookInside && { lookInside }),
    stop,
    [Symbol.asyncDispose]: () => stop(0),
  };
}

const noop = (): undefined => undefined;
