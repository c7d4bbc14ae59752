import { randomBytes } from "node:crypto";
import type { ProofRecord, Sample, Void } from "../../../reports/records/record.ts";
import type { DeployedFunction, MeasuredFunction, System } from "../../contracts.ts";
import { readGuardStatus, registerInstance, replicasOf, unregisterInstance } from "../../kalium/proxy/index.ts";
import type { InstanceStatus } from "../../kalium/proxy/instance.ts";
import { functionGatewayUrl } from "../../testbed/run/lab-gateway.ts";
import { serviceName, type Surroundings } from "../../testbed/block/deployment.ts";
import type { Services } from "../../experiments/latency/testbed.ts";

/** The guarded instances of a block. */
export interface BlockGuard {
  /** What a deployment needs to be guarded; nothing for systems without a guard. */
  readonly surroundings: (system: System, definition: DeployedFunction) => Pick<Surroundings, "guard">;
  /** Guards that saw too little, or denied: what ran was not the guarded system, or not the policy's application. */
  readonly inspect: (samples: readonly Sample[], proofs: readonly ProofRecord[]) => Promise<readonly Void[]>;
  /** Idempotent. */
  readonly release: () => Promise<void>;
}

interface Guarded {
  readonly system: System;
  readonly definition: DeployedFunction;
  readonly service: string;
}

/** Makes the guard know every guarded instance before it starts. @throws {KaliumError} E_CONFIG, E_SERVICE */
export async function guardBlock(
  { entry }: MeasuredFunction,
  definitions: readonly DeployedFunction[],
  services: Services,
): Promise<BlockGuard> {
  const { lab, client, systems, replicas } = services;
  const { guard } = lab;
  const guarded: readonly Guarded[] = systems
    .filter(({ guard: kind }) => kind === "embedded")
    .flatMap((system) =>
      definitions.map((definition) => ({ system, definition, service: serviceName(system, definition.name) })),
    );
  if (guarded.length === 0) return unguarded;
  if (guard === undefined) throw new TypeError("a guarded system is measured, but the lab has no guard");
  const release = async (): Promise<void> => {
    await Promise.all(guarded.map(({ service }) => unregisterInstance(guard, service)));
  };
  await release();
  for (const { system, definition, service } of guarded) {
    const token = randomBytes(32).toString("base64url");
    await client.putSecret(tokenSecret(service), token);
    const namePrefix = serviceName(system, "");
    const peers = peersOf(system, services);
    await registerInstance(guard, service, {
      functionName: definition.name,
      token,
      peers,
      namePrefix,
      normalise: "path",
      replicas,
    });
  }
  // Where all requests share one automaton, the end of one must come before the next.
  const quietMs = lab.config.guard.semantics === "strict" ? strictQuietMs : 0;
  return {
    surroundings: (system, definition) =>
      system.guard !== "embedded"
        ? {}
        : {
            guard: { address: guard.address, tokenSecret: tokenSecret(serviceName(system, definition.name)), quietMs },
          },
    inspect: async (samples, proofs) => {
      const { instances } = await readGuardStatus(guard);
      return guarded.flatMap(({ system, definition, service }) => {
        const own = samples.filter((sample) => sample.system === system.name && sample.outcome === "ok").length;
        const problem = guardProblem(replicasOf(instances, service), {
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
    },
    release,
  };
}

/** A mail that a function sends after its answer begins within milliseconds, on a busy machine within tenths of a second. */
export const strictQuietMs = 1_000;

const unguarded: BlockGuard = {
  surroundings: () => ({}),
  inspect: () => Promise.resolve([]),
  release: () => Promise.resolve(),
};

const tokenSecret = (service: string): string => `${service}-guard-token`;

/** Services by the address that functions connect to: in a testbed all share the host's. */
export function peersOf(
  system: System,
  { lab, databases, images, mail }: Pick<Services, "lab" | "databases" | "images" | "mail">,
): Readonly<Record<string, string>> {
  const { hostAddress } = lab.network;
  const access = databases?.accessOf(system);
  const addresses: readonly (readonly [string, string | undefined])[] = [
    ["gateway", new URL(functionGatewayUrl(lab)).host],
    ["mysql", access && `${access.host}:${access.port}`],
    ["image-server", images && `${hostAddress}:${new URL(images.url).port || "443"}`],
    ["smtp", mail && `${mail.host}:${mail.port}`],
  ];
  return Object.fromEntries(addresses.flatMap(([name, address]) => (address === undefined ? [] : [[address, name]])));
}

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
  if (anomalies > 0) return `met ${anomalies} messages that were none`;
  const denied = sum((status) => status.denied);
  const denial = statuses.flatMap(({ lastDenials }) => lastDenials)[0];
  if (denied === 0 || denial === undefined) return undefined;
  const { event, method, url, reason } = denial;
  return `denied ${denied} events, first ${[event, method, url].filter(Boolean).join(" ")} (${reason})`;
}
