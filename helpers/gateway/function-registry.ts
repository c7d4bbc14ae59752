import type { FunctionRevision } from "./function-revision.ts";
import { type RevisionOptions, startRevision } from "./start-function.ts";
import { defaultNamespace } from "./deployment.ts";
import { planDeployment, type DeploymentPlan, type Stores } from "./deployment-plan.ts";
import { createFunctionLog } from "./function-log.ts";
import type { Functions } from "./provider.ts";
import { refusal } from "./refusal.ts";

/** The functions of this machine. An update replaces all instances when anything changed. */
export interface FunctionRegistry extends Functions {
  /** Removes everything in parallel; refuses what comes later. */
  close(): Promise<void>;
}

export type RegistryOptions = Omit<RevisionOptions, "plan" | "log">;

/** At the end of a run, calls in flight are worth no longer wait. */
const closeDrainMs = 1_000;

export function createFunctionRegistry(stores: Stores, options: RegistryOptions): FunctionRegistry {
  const functions = new Map<string, FunctionRevision>();
  const removing = new Set<string>();
  const stopping = new Set<Promise<void>>();
  let closed = false;

  const start = (plan: DeploymentPlan, log = createFunctionLog(plan.deployment.service, defaultNamespace)): void => {
    if (closed) throw refusal(503, "the gateway is stopping");
    functions.set(plan.deployment.service, startRevision({ ...options, plan, log }));
  };
  const stop = (deployed: FunctionRevision, drainMs?: number): Promise<void> => {
    const stopped = deployed.stop(drainMs);
    stopping.add(stopped);
    void stopped.catch(() => undefined).then(() => stopping.delete(stopped));
    return stopped;
  };
  const mustExist = (name: string): FunctionRevision => {
    const deployed = functions.get(name);
    if (deployed === undefined || removing.has(name)) {
      throw refusal(404, `unable update Deployment: function ${name} not found`);
    }
    return deployed;
  };

  return {
    async deploy(deployment) {
      const plan = await planDeployment(deployment, stores);
      const name = deployment.service;
      const state = removing.has(name) ? "already exists and is being removed" : "already exists";
      if (functions.has(name)) throw refusal(500, `unable create Deployment: function ${name} ${state}`);
      start(plan);
    },
    async update(deployment) {
      mustExist(deployment.service);
      const plan = await planDeployment(deployment, stores);
      const current = mustExist(deployment.service);
      const unchanged = plan.fingerprint === current.plan.fingerprint && current.lastExit()?.gaveUp !== true;
      if (unchanged) return;
      start(plan, current.log);
      current.tellChange();
      void stop(current).catch((error: unknown) => current.log.append("", `gateway: ${String(error)}`));
    },
    remove(name) {
      const deployed = functions.get(name);
      if (deployed === undefined) throw refusal(404, `function ${name} not found`);
      if (removing.has(name)) return Promise.resolve();
      removing.add(name);
      const forget = (): void => {
        deployed.log.close();
        functions.delete(name);
        removing.delete(name);
        deployed.tellChange();
      };
      stop(deployed).then(forget, (error: unknown) => {
        deployed.log.append("", `gateway: ${String(error)}`);
        forget();
      });
      return Promise.resolve();
    },
    get: (name) => functions.get(name),
    all: () => [...functions.values()],
    async close() {
      closed = true;
      for (const deployed of functions.values()) {
        deployed.log.close();
        void stop(deployed, closeDrainMs).catch(() => undefined);
      }
      const results = await Promise.allSettled(stopping);
      const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
      if (failures.length > 0) throw new AggregateError(failures, "not all instances could be removed");
    },
  };
}
