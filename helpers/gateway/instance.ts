import type { RuntimeProof } from "../contracts/proof.ts";
import type { Sandbox, SandboxExit } from "../contracts/sandbox.ts";
import { type Admit, admitted } from "./admit.ts";
import type { InstanceLines } from "./instance-lines.ts";
import type { Instance } from "./provider.ts";
import { createTarget } from "./target.ts";

/** One ready instance of a function: a sandbox with a watchdog in it, to which calls go. */
export interface RunningInstance extends Instance {
  readonly id: string;
  readonly proof: RuntimeProof;
  /** Base URL of the watchdog in it. */
  readonly endpoints: { readonly instance: string; readonly watchdog: string };
  /** Settles at once when the instance is gone; never rejects. */
  readonly exited: Promise<SandboxExit>;
  /** The last lines that the instance printed. */
  lastLines(): readonly string[];
  /** Waits for calls in flight for at most `drainMs`, then removes the instance. Idempotent. */
  stop(drainMs: number): Promise<void>;
}

export interface RunningInstanceParts {
  /** Of the function. */
  readonly name: string;
  readonly sandbox: Sandbox;
  readonly lines: InstanceLines;
  readonly proof: RuntimeProof;
  /** From asking the instance to stop to killing it. */
  readonly stopGraceMs: number;
  readonly gatewayTimeoutMs: number;
  /** Absent: no guard is beside this gateway. */
  readonly admit?: Admit | undefined;
}

export function toRunningInstance({
  name,
  sandbox,
  lines,
  proof,
  admit,
  ...timeouts
}: RunningInstanceParts): RunningInstance {
  const { id, host, port, exited } = sandbox;
  const target = createTarget(name, { host, port }, timeouts.gatewayTimeoutMs);
  const handle: Instance["handle"] = (incoming, outgoing, call) => target.handle(incoming, outgoing, call);
  void exited.then(target.close);
  let stopping: Promise<void> | undefined;
  return {
    id,
    proof,
    endpoints: { instance: id, watchdog: `http://${host}:${port}` },
    exited,
    lastLines: lines.last,
    handle: admit === undefined ? handle : admitted(handle, (call) => admit(name, call)),
    stop: (drainMs) =>
      (stopping ??= (async () => {
        const left = await target.drain(drainMs);
        if (left > 0 && drainMs > 0) lines.note(`stopped with ${left} calls in flight`);
        target.close();
        await sandbox.stop(timeouts.stopGraceMs);
      })()),
  };
}
