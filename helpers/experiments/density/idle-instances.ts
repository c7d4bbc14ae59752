import type { ProofRecord, Void } from "../../../reports/records/record.ts";
import type { ComparedSystem } from "../../config/systems.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import { openGuards } from "../../guards/open-guards.ts";
import { environmentPaddingBytes } from "../../measure/plan.ts";
import { functionsBehind } from "../../measure/functions-behind.ts";
import { helloRetail } from "../../testbed/block/application.ts";
import { checkedProof } from "../../testbed/block/checked-proof.ts";
import type { DeployedInstance } from "../../testbed/block/deploy-block.ts";
import { peersOf } from "../../testbed/block/peers.ts";
import { removeFunctions } from "../../testbed/block/remove-functions.ts";
import { surroundingsOf } from "../../testbed/block/surroundings.ts";
import type { Services } from "../../testbed/suite/services.ts";

/** Instances of one function under one system, started one after the other. Disposing removes all of them, and does not fail. */
export interface IdleInstances extends AsyncDisposable {
  /**
   * Starts one more; resolves when it has answered and has proven its runtime.
   * @throws {KaliumError} E_DEPLOY, E_RUNTIME_PROOF
   */
  readonly startNext: (signal: AbortSignal) => Promise<StartedInstance>;
  /** What makes their series meaningless: one of them is gone, or the guard does not know all of them. */
  readonly inspect: () => Promise<readonly Void[]>;
  /** Resolves when the gateway no longer knows them. Idempotent. */
  readonly remove: () => Promise<void>;
}

export interface StartedInstance extends Pick<DeployedInstance, "cgroup"> {
  readonly proof: ProofRecord;
}

/**
 * Each is deployed as a function of its own, because a gateway may limit the replicas of one. Under a guard they share its
 * token, as replicas do. Functions that the measured one calls are not started: nobody calls it.
 * @param most instances that a guard expects
 */
export async function openIdleInstances(
  measured: MeasuredFunction,
  system: ComparedSystem,
  services: Omit<Services, "floors" | "systems" | "replicas">,
  { block, most }: { readonly block: number; readonly most: number },
): Promise<IdleInstances> {
  const { client, lab, application = helloRetail } = services;
  const [definition] = functionsBehind({ entry: measured.entry, callees: [] }, application.functions);
  if (definition === undefined) throw new TypeError(`${measured.entry} is a function of the application`);
  const { seed } = lab.config.plan;
  const guards = await openGuards({
    ...{ run: lab, client, measured, definitions: [definition], systems: [system], block, replicas: most },
    peersOf: (of) => peersOf(of, services),
  });
  const names: string[] = [];
  const proofs: ProofRecord[] = [];
  const startNext = async (signal: AbortSignal): Promise<StartedInstance> => {
    signal.throwIfAborted();
    const surroundings = {
      ...surroundingsOf(system, services),
      ...{ measured, guard: guards.deployment(system, definition) },
      ...{ chargeSeed: seed + block, paddingBytes: environmentPaddingBytes({ seed, label: measured.label }, block) },
    };
    const deployment = await application.deployment({ definition, system, surroundings, services });
    const name = `${deployment.service}-${names.length + 1}`;
    names.push(name); // before it is deployed: half of it may be there after a failure
    await client.deploy({ ...deployment, service: name });
    const ready = await client.waitReady(name, { timeoutMs: lab.config.readyTimeoutMs, signal });
    const [found] = client.proofs(ready);
    if (found === undefined) throw new TypeError(`${name} is ready and has no proof`);
    const proof = checkedProof(found, { system, definition }, { block, lab });
    proofs.push(proof);
    return { proof, cgroup: found.host.cgroup };
  };
  const inspect = async (): Promise<readonly Void[]> => {
    const now = await Promise.all(names.map((name) => client.describe(name)));
    const alive = new Set(
      now.flatMap((status) => (status === undefined ? [] : client.proofs(status).map(({ instance }) => instance))),
    );
    const lost = proofs.flatMap(({ instance }, at) => (alive.has(instance) ? [] : [at + 1]));
    const gone = lost.map((at) => ({ system: system.name, block, reason: `instance ${at} died while it was idle` }));
    const unguarded = names.length < most ? [] : await guards.inspect({ samples: [], proofs });
    return [...gone, ...unguarded.map((entry) => ({ ...entry, block }))];
  };
  let removed: Promise<void> | undefined;
  const remove = (): Promise<void> => (removed ??= removeFunctions(client, names).then(() => guards.release()));
  return { startNext, inspect, remove, [Symbol.asyncDispose]: () => remove().catch(() => undefined) };
}
