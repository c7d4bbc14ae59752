import { createHash } from "node:crypto";
import { KaliumError } from "../../base/errors.ts";
import { connectController, type ControllerClient } from "../controller/client.ts";
import type { PolicyFile } from "../controller/index.ts";
import { createInsideController } from "../controller/inside.ts";
import { createLane } from "../controller/lane.ts";
import { type LocalPolicy, parseLocalPolicy } from "../core/policy.ts";
import type { JsonLines } from "../json-lines.ts";
import type { Admission, ArrivingCall } from "./admission.ts";
import { createInstance, type GuardedInstance, type InstanceStatus } from "./instance.ts";
import type { GuardProxyOptions, InstanceRegistration, RemoteController } from "./index.ts";
import type { Greeting } from "./hook-message.ts";
import type { Postponed } from "./postponed.ts";
import type { VerdictLogLine } from "./verdict-log.ts";

/** The instances that the proxy guards, by id and by token. */
export interface Instances {
  /** Fetches the policy from the controller where none is given. Answers the first replica. @throws {KaliumError} */
  register(id: string, registration: InstanceRegistration): Promise<InstanceStatus>;
  /** Idempotent. */
  unregister(id: string): void;
  /**
   * A replica of that sandbox, or one that is still free. A process that was started again takes the place of the one
   * before it in its own sandbox alone: whoever is late, such as an instance that should have ended, is refused.
   */
  readonly find: (greeting: Greeting) => GuardedInstance | undefined;
  /** As the instance does it. Absent also where replicas share the id: the gateway's choice among them is not known here. */
  readonly admit: (id: string, call: ArrivingCall) => Admission | undefined;
  statuses(): Readonly<Record<string, InstanceStatus>>;
  reset(): void;
  close(): void;
}

const defaultTimeoutMs = 2_000;

/** With the controller as a process gets it. */
export interface InstancesOptions extends Omit<GuardProxyOptions, "controller"> {
  readonly controller?: RemoteController | { readonly peer: "inside"; readonly policy: PolicyFile };
}

export function createInstances(
  options: InstancesOptions,
  log: JsonLines<VerdictLogLine>,
  postponed: Postponed,
): Instances {
  const { semantics, action, controller, timeoutMs = defaultTimeoutMs } = options;
  const { withoutPolicy = "deny", withoutAnswer = "deny" } = options;
  const byId = new Map<string, { readonly tokenDigest: string; readonly replicas: readonly GuardedInstance[] }>();
  const idByToken = new Map<string, string>();
  // `ctr` has one automaton without a lock: only questions that never overlap get the same answers in every run.
  const lane = controller?.peer === "artifact" ? createLane() : undefined;

  const inside =
    controller?.peer === "inside" ? createInsideController({ semantics, policy: controller.policy }) : undefined;

  const connect = (functionName: string, onAnomaly: () => void): ControllerClient | undefined => {
    if (controller === undefined || controller.peer === "inside") return inside?.connect(functionName);
    return connectController({
      address: controller.address,
      functionName,
      timeoutMs,
      security: controller.security,
      trust: controller.peer === "artifact" ? "artifact" : "strict",
      onAnomaly,
      ...(lane && { lane }),
    });
  };

  const refuseTwins = (id: string, tokenDigest: string): void => {
    if (byId.has(id)) throw new KaliumError("E_CONFIG", `an instance ${id} is registered already`);
    if (idByToken.has(tokenDigest)) throw new KaliumError("E_CONFIG", `the token of ${id} is another instance's`);
  };

  const register: Instances["register"] = async (id, registration) => {
    const tokenDigest = digest(registration.token);
    refuseTwins(id, tokenDigest);
    const replicas: GuardedInstance[] = [];
    try {
      for (let at = 0; at < (registration.replicas ?? 1); at++) {
        replicas.push(await open(replicaId(id, at), registration));
      }
      refuseTwins(id, tokenDigest); // another may have come while the policy was fetched
    } catch (error) {
      for (const replica of replicas) replica.close();
      throw error;
    }
    byId.set(id, { tokenDigest, replicas });
    idByToken.set(tokenDigest, id);
    const [first] = replicas;
    if (first === undefined) throw new RangeError(`${id} was registered with no replica`);
    return first.status();
  };

  const open = async (instanceId: string, registration: InstanceRegistration): Promise<GuardedInstance> => {
    const { functionName, peers = {}, namePrefix = "", normalise = "host" } = registration;
    let onAnomaly = (): void => undefined;
    const client = connect(functionName, () => onAnomaly());
    try {
      const json = registration.policy ?? (action === "record" ? undefined : await client?.fetchPolicy());
      const policy = json === undefined ? undefined : policyFor(functionName, json);
      const place = {
        functionName,
        instanceId,
        peers: new Map(Object.entries(peers)),
        namePrefix,
        normalise: policy?.normalise ?? normalise,
      };
      const guard = { policy, semantics, action, withoutPolicy, withoutAnswer };
      const instance = createInstance({ place, guard, client, log, timeoutMs, postponed });
      onAnomaly = instance.countAnomaly;
      return instance;
    } catch (error) {
      client?.close();
      throw error;
    }
  };

  const unregister = (id: string): void => {
    const known = byId.get(id);
    if (known === undefined) return;
    postponed.settle();
    byId.delete(id);
    idByToken.delete(known.tokenDigest);
    for (const replica of known.replicas) replica.close();
  };

  return {
    register,
    unregister,
    find: ({ token, instance }) => {
      const replicas = byId.get(idByToken.get(digest(token)) ?? "")?.replicas ?? [];
      const states = replicas.map((replica) => ({ replica, ...replica.status() }));
      const own = states.filter((state) => state.instance === instance);
      const found =
        own.find(({ connected }) => !connected) ?? states.find((state) => state.instance === undefined) ?? own[0];
      if (found === undefined) replicas[0]?.countStranger();
      return found?.replica;
    },
    admit: (id, call) => {
      const { replicas = [] } = byId.get(id) ?? {};
      return replicas.length === 1 ? replicas[0]?.admit(call) : undefined;
    },
    statuses: () => {
      postponed.settle();
      return Object.fromEntries(
        [...byId].flatMap(([id, { replicas }]) => replicas.map((of, at) => [replicaId(id, at), of.status()])),
      );
    },
    reset: () => {
      postponed.settle();
      inside?.reset();
      for (const replica of [...byId.values()].flatMap(({ replicas }) => replicas)) replica.reset();
    },
    close: () => {
      for (const id of [...byId.keys()]) unregister(id);
    },
  };
}

const replicaId = (id: string, at: number): string => (at === 0 ? id : `${id}~${at + 1}`);

/** A policy of another function would deny everything, under the wrong reason. */
function policyFor(functionName: string, json: string): LocalPolicy {
  const policy = parseLocalPolicy(json, `the policy of ${functionName}`);
  if (policy.function === functionName) return policy;
  throw new KaliumError("E_CONFIG", `the policy given for ${functionName} is that of ${policy.function}`);
}

/** Tokens are looked up by it, so that no comparison tells by its duration how much was right. */
const digest = (token: string): string => createHash("sha256").update(token).digest("base64");
