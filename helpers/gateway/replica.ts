import { setTimeout as sleep } from "node:timers/promises";
import { KaliumError, messageOf } from "../base/errors.ts";
import type { DeploymentPlan } from "./deployment-plan.ts";
import type { FunctionLog } from "./function-log.ts";
import { exitReason } from "./start-instance.ts";
import type { RunningInstance } from "./instance.ts";

/** Why the last instance ended or did not start; JSON in the annotation `kalium-bench.last-exit`. */
export interface LastExit {
  readonly instance: string;
  readonly at: string;
  readonly reason: string;
  /** Failures in a row, this one included. */
  readonly failures: number;
  /** No further start is tried. */
  readonly gaveUp: boolean;
  readonly lastLines: readonly string[];
}

interface InstanceEnd extends Pick<LastExit, "instance" | "reason" | "lastLines"> {
  /** Another start would end the same way. */
  readonly lasting: boolean;
}

export interface ReplicaOptions {
  readonly plan: DeploymentPlan;
  readonly log: FunctionLog;
  start(signal: AbortSignal): Promise<RunningInstance>;
  onReady(instance: RunningInstance): void;
  onGone(instance: RunningInstance): void;
  onFailure(failure: LastExit): void;
}

/** A place that one instance fills; another instance follows when it ends. */
export interface Replica {
  /** Idempotent; waits for a start that is under way to be undone. */
  stop(drainMs: number): Promise<void>;
}

const maxRestarts = 5;
const firstBackOffMs = 200;
/** An instance that served this long ended a row of failures. */
const soundAfterMs = 30_000;

export function keepReplica(options: ReplicaOptions): Replica {
  const stopping = new AbortController();
  let current: RunningInstance | undefined;
  let drainMs = 0;
  const stopped = (): boolean => stopping.signal.aborted;

  const runOnce = async (): Promise<InstanceEnd> => {
    try {
      current = await options.start(stopping.signal);
    } catch (error) {
      const { instance, lastLines, lasting } = error instanceof KaliumError ? error.details : {};
      return {
        lasting: lasting === true,
        instance: typeof instance === "string" ? instance : "",
        reason: messageOf(error),
        lastLines: Array.isArray(lastLines) ? lastLines.map(String) : [],
      };
    }
    const instance = current;
    options.onReady(instance);
    const stop = new Promise<undefined>((resolve) => {
      stopping.signal.addEventListener("abort", () => resolve(undefined), { once: true });
      if (stopped()) resolve(undefined);
    });
    const exit = await Promise.race([instance.exited, stop]);
    options.onGone(instance);
    await instance.stop(drainMs).catch((error: unknown) => {
      if (exit === undefined) throw error;
      options.log.append(instance.id, `gateway: ${messageOf(error)}`); // what a crash left; the next sweep takes it
    });
    const reason = exit === undefined ? "stopped" : exitReason(exit, options.plan.memoryLimitBytes);
    return { instance: instance.id, reason, lastLines: instance.lastLines(), lasting: false };
  };

  const keep = async (): Promise<void> => {
    for (let failures = 1; !stopped(); failures += 1) {
      const startedMs = performance.now();
      const end = await runOnce();
      if (stopped()) return;
      if (performance.now() - startedMs > soundAfterMs) failures = 1;
      const { lasting, ...exit } = end;
      const gaveUp = lasting || failures > maxRestarts;
      const next = gaveUp ? `gave up after ${failures - 1} restarts` : "restarting";
      options.log.append(exit.instance, `gateway: instance ${exit.reason}; ${next}`);
      options.onFailure({ ...exit, at: new Date().toISOString(), failures, gaveUp });
      if (gaveUp) return;
      const backOffMs = firstBackOffMs * 2 ** (failures - 1);
      await sleep(backOffMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  const kept = keep();
  kept.catch(() => undefined); // stop() reports it
  return {
    stop(waitMs) {
      drainMs = waitMs;
      stopping.abort(new KaliumError("E_DEPLOY", "the function is being removed"));
      return kept;
    },
  };
}
