import { randomBytes } from "node:crypto";
import { serviceName } from "../../config/systems.ts";
import type { RunFunction } from "../../contracts/application.ts";
import type { System } from "../../contracts/system.ts";
import { readGuardStatus, registerInstance, replicasOf, unregisterInstance } from "../../kalium/proxy/index.ts";
import type { InstanceStatus } from "../../kalium/proxy/instance.ts";
import type { BlockGuard, GuardedBlock } from "../guard.ts";
import { hookedDeployment } from "./hook-settings.ts";
import { embeddedInfo } from "./run.ts";

interface Guarded {
  readonly system: System;
  readonly definition: RunFunction;
  readonly service: string;
}

/** Registers every guarded instance with the proxy before it starts. @throws {KaliumError} E_CONFIG, E_SERVICE */
export async function openEmbeddedBlock({
  run,
  client,
  measured: { entry },
  definitions,
  systems,
  replicas,
  peersOf,
}: GuardedBlock): Promise<BlockGuard> {
  const guard = embeddedInfo(run);
  const guarded: readonly Guarded[] = systems.flatMap((system) =>
    definitions.map((definition) => ({ system, definition, service: serviceName(system, definition.name) })),
  );
  const release = async (): Promise<void> => {
    await Promise.all(guarded.map(({ service }) => unregisterInstance(guard, service)));
  };
  await release();
  for (const { system, definition, service } of guarded) {
    const token = randomBytes(32).toString("base64url");
    await client.putSecret(tokenSecret(service), token);
    const namePrefix = serviceName(system, "");
    await registerInstance(guard, service, {
      functionName: definition.name,
      token,
      peers: peersOf(system),
      namePrefix,
      normalise: "path",
      replicas,
    });
  }
  // Where all requests share one automaton, the end of one must come before the next.
  const quietMs = run.config.guard.semantics === "strict" ? strictQuietMs : 0;
  return {
    deployment: (system, definition) =>
      system.guard === "embedded"
        ? hookedDeployment({
            address: guard.address,
            tokenSecret: tokenSecret(serviceName(system, definition.name)),
            quietMs,
            action: run.config.guard.action,
          })
        : undefined,
    inspect: async ({ samples, proofs }) => {
      const { instances } = await readGuardStatus(guard);
      const checks = new Map<string, number>();
      const voids = guarded.flatMap(({ system, definition, service }) => {
        const own = samples.filter((sample) => sample.system === system.name && sample.outcome === "ok").length;
        const statuses = replicasOf(instances, service);
        const seen = statuses.reduce((sum, { events }) => sum + events.GETE, 0);
        checks.set(system.name, (checks.get(system.name) ?? 0) + seen);
        const problem = guardProblem(statuses, {
          replicas,
          calls: definition.name === entry ? own : Math.min(own, 1),
          pods: proofs.flatMap(({ system: of, function: name, placement }) =>
            placement !== undefined && of === system.name && name === definition.name ? [placement.pod] : [],
          ),
        });
        return problem === undefined
          ? []
          : [{ system: system.name, reason: `the guard of ${definition.name} ${problem}` }];
      });
      return { voids, checks };
    },
    release,
  };
}

/** A mail that a function sends after its answer begins within milliseconds, on a busy machine within tenths of a second. */
export const strictQuietMs = 1_000;

const tokenSecret = (service: string): string => `${service}-guard-token`;

/** Says why the guards' counters do not fit to `calls` right answers, by as many instances; `pods`: those that were measured. */
export function guardProblem(
  statuses: readonly InstanceStatus[],
  {
    replicas = 1,
    calls,
    pods = [],
  }: { readonly replicas?: number; readonly calls: number; readonly pods?: readonly string[] },
): string | undefined {
  const sum = (count: (status: InstanceStatus) => number): number =>
    statuses.reduce((total, status) => total + count(status), 0);
  if (statuses.length !== replicas) return statuses.length === 0 ? "does not know it" : "does not know all instances";
  const odd = statuses.find(({ connections }) => connections !== 1);
  if (odd !== undefined) return `was connected to ${odd.connections} times instead of once`;
  const strangers = sum((status) => status.strangers);
  if (strangers > 0) return `refused ${strangers} connections of another instance of the function`;
  const other = statuses.find(({ instance }) => pods.length > 0 && !pods.includes(instance ?? ""));
  if (other !== undefined) return `guarded ${other.instance ?? "nobody"} instead of ${pods.join(", ")}`;
  const seen = sum(({ events }) => events.GETE);
  if (seen < calls) return `saw ${seen} invocations of ${calls}`;
  const anomalies = sum((status) => status.anomalies);
  if (anomalies > 0) return `met ${anomalies} malformed messages`;
  const denied = sum((status) => status.denied);
  const denial = statuses.flatMap(({ lastDenials }) => lastDenials)[0];
  if (denied === 0 || denial === undefined) return undefined;
  const { event, method, url, problem, reason } = denial;
  return `denied ${denied} events, first ${[event, method, url, problem].filter(Boolean).join(" ")} (${reason})`;
}
