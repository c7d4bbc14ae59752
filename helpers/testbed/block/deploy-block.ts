import { z } from "zod";
import type { ProofRecord, Sample, Void } from "../../../reports/records/record.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import type { Placement, RuntimeProof } from "../../contracts/proof.ts";
import { lastExitReason } from "../../gateway/client-ready.ts";
import { type Deployment, type FunctionStatus, lastExitAnnotation, traceAnnotation } from "../../gateway/deployment.ts";
import { environmentPaddingBytes, nodeOfBlock, type Plan, shuffledAt } from "../../measure/plan.ts";
import { helloRetail } from "./application.ts";
import { allOrFirstFailure } from "./all-or-first-failure.ts";
import { checkedProof, type BlockInstance } from "./checked-proof.ts";
import { serviceName } from "../../config/systems.ts";
import { functionsBehind } from "../../measure/functions-behind.ts";
import { openGuards } from "../../guards/open-guards.ts";
import { peersOf } from "./peers.ts";
import { removeFunctions } from "./remove-functions.ts";
import { surroundingsOf } from "./surroundings.ts";
import type { Services } from "../suite/services.ts";

/** Disposing removes what is left, and does not fail. */
export interface DeployedBlock extends AsyncDisposable {
  /** One per instance. */
  readonly proofs: readonly ProofRecord[];
  readonly instances: readonly DeployedInstance[];
  /** Systems of which an instance is no longer the one that was started: its first calls were cold once more. */
  readonly restarted: () => Promise<readonly Void[]>;
  /** Why an instance of the system is no longer the one that was started; `undefined` while all are. */
  readonly endOf: (system: string) => Promise<string | undefined>;
  /** Systems whose guard saw too little, or denied. */
  readonly inspectGuards: (samples: readonly Sample[]) => Promise<readonly Void[]>;
  /** For a block that something voids: keeps what guards and runtimes left of it. */
  readonly keepEvidence: () => Promise<void>;
  /** Removes every function; resolves when the gateway no longer knows them. Idempotent. */
  readonly remove: () => Promise<void>;
}

/** One instance that answers. */
export interface DeployedInstance extends Pick<
  ProofRecord,
  "system" | "function" | "startNs" | "stages" | "placement"
> {
  /** `HostProof.cgroup` */
  readonly cgroup: string | undefined;
  /** `HostProof.interface` */
  readonly interface?: string | undefined;
}

export interface DeployOptions {
  readonly plan: Plan;
  readonly block: number;
  /** The runtime is to write all system calls of the instances into its log, where it can. Slow. */
  readonly traced?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Deploys the function and all that it calls, under every system, in random order and a few at a time; waits until each is
 * ready and has proven its runtime.
 * @throws {KaliumError} E_DEPLOY, E_RUNTIME_PROOF; nothing stays deployed then
 */
export async function deployBlock(
  measured: MeasuredFunction,
  services: Services,
  { plan, block, traced = false, signal }: DeployOptions,
): Promise<DeployedBlock> {
  const { client, lab, systems, replicas, application = helloRetail } = services;
  const definitions = functionsBehind(measured, application.functions);
  const instances = systems.flatMap((system) => definitions.map((definition) => ({ system, definition })));
  const { readyTimeoutMs: timeoutMs } = lab.config;
  const hint = `Set KALIUM_READY_TIMEOUT_MS to more than ${timeoutMs}, or compare fewer systems (KALIUM_SYSTEMS): this block has ${instances.length} sandboxes.`;
  const nameOf = ({ system, definition }: BlockInstance): string => serviceName(system, definition.name);
  const order = shuffledAt(plan, instances.map(nameOf), `${block}/deploy`);

  const guards = await openGuards({
    ...{ run: lab, client, measured, definitions, systems, block, replicas },
    peersOf: (system) => peersOf(system, services),
  });
  const node = lab.cluster && nodeOfBlock(plan, lab.cluster.nodes, block);
  const ofBlock = {
    chargeSeed: plan.seed + block,
    paddingBytes: environmentPaddingBytes(plan, block),
    replicas,
    ...(node !== undefined && { node }),
  };
  let removed: Promise<void> | undefined;
  const remove = (): Promise<void> => (removed ??= removeFunctions(client, order).then(() => guards.release()));
  /** After a failure, which is the one to tell; the lab's end removes what stays. */
  const dispose = (): Promise<void> => remove().catch(() => undefined);
  try {
    const deployed = await allOrFirstFailure(
      order,
      async (name, stop) => {
        const instance = instances.find((candidate) => nameOf(candidate) === name);
        if (instance === undefined) throw new TypeError(`${name} is not an instance of this block`);
        const { system, definition } = instance;
        const surroundings = {
          ...surroundingsOf(system, services),
          ...ofBlock,
          guard: guards.deployment(system, definition),
          measured,
        };
        const deployment = await application.deployment({ definition, system, surroundings, services });
        await client.deploy(traced ? withTrace(deployment) : { ...deployment });
        const ready = await client.waitReady(name, { timeoutMs, replicas, signal: stop, hint });
        const placements = client.placements(ready);
        return client.proofs(ready).map((proof) => ({
          proof: { ...checkedProof(proof, instance, { block, lab }), ...placementOf(proof, placements) },
          place: { cgroup: proof.host.cgroup, interface: proof.host.interface },
        }));
      },
      { atOnce: startsAtOnce, signal },
    );
    const proofs = deployed.flat().map(({ proof }) => proof);
    const started = new Set(proofs.map(({ instance }) => instance));
    /** What the gateway says of it now; `undefined` while it is the one that was started. */
    const ended = async (
      instance: BlockInstance,
    ): Promise<{ readonly status: FunctionStatus | undefined } | undefined> => {
      const status = await client.describe(nameOf(instance));
      const now = status === undefined ? [] : client.proofs(status);
      return now.length > 0 && now.every((proof) => started.has(proof.instance)) ? undefined : { status };
    };
    const endOf = async (name: string): Promise<string | undefined> => {
      const ends = instances
        .filter(({ system }) => system.name === name)
        .map(async (instance) => {
          const { status } = (await ended(instance)) ?? {};
          return status && lastExitReason(status);
        });
      return (await Promise.all(ends)).find((reason) => reason !== undefined);
    };
    const restarted = async (): Promise<readonly Void[]> => {
      const found = await Promise.all(
        instances.map(async (instance) => {
          const found = await ended(instance);
          if (found === undefined) return [];
          const { status } = found;
          const { system, definition } = instance;
          const reason = `the instance of ${definition.name} died before the end of the block`;
          const disturbance = disturbanceOf(status);
          return disturbance === undefined
            ? [{ system: system.name, reason }]
            : [{ system: system.name, block, reason: `${reason}: ${disturbance}` }];
        }),
      );
      return found.flat();
    };
    const inspectGuards = (samples: readonly Sample[]) => guards.inspect({ samples, proofs });
    const { keepEvidence } = guards;
    const running = deployed.flat().map(({ proof, place }) => ({ ...proof, ...place }));
    return {
      ...{ proofs, instances: running, restarted, endOf, inspectGuards, keepEvidence, remove },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

const withTrace = (deployment: Deployment): Deployment => ({
  ...deployment,
  annotations: { ...deployment.annotations, [traceAnnotation]: "true" },
});

/** Sandboxes that start at the same time: with 24 pods on a node of two cores, none was ready after two minutes. */
const startsAtOnce = 6;

/** What a cluster did to an instance from outside: it says nothing about the system, so it voids this block alone. */
function disturbanceOf(status: FunctionStatus | undefined): string | undefined {
  const text = status?.annotations?.[lastExitAnnotation];
  if (text === undefined) return undefined;
  const { kind, reason } = z.object({ kind: z.string().optional(), reason: z.string() }).parse(JSON.parse(text));
  return kind === "evicted" || kind === "node-lost" ? reason.split("\n")[0] : undefined; // without the hint
}

function placementOf(
  { instance, host }: RuntimeProof,
  placements: readonly Placement[],
): Pick<ProofRecord, "placement"> {
  const found = placements.find((placement) => placement.instance === instance);
  if (found === undefined) return {};
  const { node, pod, podIp } = found;
  const runtimeClass = host.pod?.runtimeClass;
  return { placement: { node, pod, podIp, ...(runtimeClass !== undefined && { runtimeClass }) } };
}
