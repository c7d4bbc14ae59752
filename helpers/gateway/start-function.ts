import { createChanges } from "../base/changes.ts";
import { clampReplicas } from "./deployment-plan.ts";
import { statusOfFunction } from "./function-status.ts";
import type { FunctionRevision } from "./function-revision.ts";
import { keepReplica, type LastExit, type Replica } from "./replica.ts";
import { startInstance, type InstanceOptions } from "./start-instance.ts";
import type { RunningInstance } from "./instance.ts";
import type { StartQueue } from "./start-queue.ts";

export interface RevisionOptions extends Omit<InstanceOptions, "signal"> {
  /** All functions' instances wait in it. */
  readonly starts: StartQueue;
}

export function startRevision(options: RevisionOptions): FunctionRevision {
  const { plan, log } = options;
  const available: RunningInstance[] = [];
  const replicas: Replica[] = [];
  let lastExit: LastExit | undefined;
  let turn = 0;
  let waking = false;
  const changes = createChanges();

  const addReplica = (): Replica =>
    keepReplica({
      plan,
      log,
      start: (signal) => options.starts.run(signal, () => startInstance({ ...options, signal })),
      onReady(instance) {
        waking = false;
        available.push(instance);
        changes.tell();
      },
      onGone(instance) {
        available.splice(available.indexOf(instance), 1);
        changes.tell();
      },
      onFailure(failure) {
        lastExit = failure;
        if (failure.gaveUp) waking = false;
        changes.tell();
      },
    });

  const scale = async (wanted: number, drainMs = plan.watchdog.healthcheckIntervalMs): Promise<void> => {
    while (replicas.length < wanted) replicas.push(addReplica());
    await Promise.all(replicas.splice(wanted).map((replica) => replica.stop(drainMs)));
  };
  void scale(plan.replicas);
  let stopping: Promise<void> | undefined;
  const deployed: FunctionRevision = {
    name: plan.deployment.service,
    plan,
    log,
    createdAt: new Date(),
    status: (invocationCount) => statusOfFunction(deployed, invocationCount),
    replicas: () => replicas.length,
    available: () => available,
    availableReplicas: () => available.length,
    proofs: () => available.map(({ proof }) => proof),
    lastExit: () => lastExit,
    gaveUp: () => lastExit?.gaveUp === true,
    pick: () => available[turn++ % available.length],
    changed: changes.next,
    tellChange: changes.tell,
    wake() {
      if (stopping === undefined && replicas.length === 0) {
        waking = true;
        void scale(1);
      }
      return waking;
    },
    requestScale(wanted) {
      if (stopping !== undefined) return Promise.resolve();
      scale(clampReplicas(wanted, undefined, plan.fewestReplicas)).catch((error: unknown) =>
        log.append("", `gateway: ${String(error)}`),
      );
      return Promise.resolve();
    },
    readLog: (query, signal) => log.read(query, signal),
    stop: (drainMs) => (stopping ??= scale(0, drainMs)),
  };
  return deployed;
}
