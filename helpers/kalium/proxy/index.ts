import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { startService, type Service, type StartService } from "../../base/child-service.ts";
import { callDoor, type ControlDoor, readDoor } from "../../base/control-door.ts";
import { readPolicyFile } from "../controller/index.ts";
import type { GuardSecurity } from "../controller/keys.ts";
import type { Semantics } from "../core/flow-graph.ts";
import type { Action } from "../core/guard.ts";
import type { Normalisation } from "../core/normalise.ts";
import type { InstanceStatus } from "./instance.ts";

export interface GuardProxyOptions {
  /** Loopback or the run's bridge: where hooks inside sandboxes reach it, on a free port. */
  readonly host: string;
  /** `host` is an address that pods of a cluster reach: this machine's, or the pod's that the proxy runs in. Absent: no. */
  readonly forPods?: boolean;
  readonly semantics: Semantics;
  readonly action: Action;
  /** May be absent under `record` only. */
  readonly controller?: InsidePolicy | RemoteController;
  /** Longest wait for the controller, per event; at most 4 s, because hooks wait 5. Absent: 2 s. */
  readonly timeoutMs?: number;
  /** What becomes of checks where the controller has no policy for a function. Absent: deny. */
  readonly withoutPolicy?: "deny" | "allow";
  /** What becomes of checks that the controller does not answer. Absent: deny. */
  readonly withoutAnswer?: "deny" | "allow";
  /** JSON lines of every event are appended to this file: `readVerdictLog`. Absent: nothing is kept but counters. */
  readonly logPath?: string;
}

/** The controller in the proxy's own process: a verdict of both graphs costs one way out of the sandbox, and no more. */
export interface InsidePolicy {
  readonly peer: "inside";
  /** The policy file of the application; read by `startGuardProxy`, because the proxy may run where the file is not. */
  readonly policyPath: string;
}

/** A controller in a process of its own, over ZeroMQ. */
export interface RemoteController {
  /** `tcp://host:port` */
  readonly address: string;
  readonly security: GuardSecurity;
  /** `artifact`: a real `ctr`, whose headers cannot be trusted and which gets one question at a time. */
  readonly peer: "embedded" | "artifact";
}

export interface GuardProxyInfo {
  /** `host:port` for hooks. */
  readonly address: string;
  readonly control: ControlDoor;
}

/** One process of a function that is to be guarded; register it before it starts. */
export interface InstanceRegistration {
  /** As policies name it: without the prefix of the system. */
  readonly functionName: string;
  /** Secret of this instance, 32 to 256 characters. Its hook shows it; never record it. */
  readonly token: string;
  /** JSON text of the function's policy, as the controller gives it. Absent: asked from the controller. */
  readonly policy?: string;
  /** `address:port` to the name that policies know, such as gateway, mysql, image-server. Absent: addresses. */
  readonly peers?: Readonly<Record<string, string>>;
  /** What the system puts before the names of functions behind the gateway, such as `kalium-`. */
  readonly namePrefix?: string;
  /** Where no policy says it, as when traces are recorded. Absent: `host`. */
  readonly normalise?: Normalisation;
  /** Processes with the same token, each with automata and counters of its own. Absent: 1. */
  readonly replicas?: number;
}

export interface GuardProxyStatus {
  /** By id; further replicas of an instance as `id~2`, `id~3`. */
  readonly instances: Readonly<Record<string, InstanceStatus>>;
  /** Connections that did not greet with a token of an instance. */
  readonly refusedConnections: number;
  /** Processor time of all decisions, with the reading and answering of hooks, ns. */
  readonly cpuNs: number;
}

/**
 * Starts the guard proxy outside all sandboxes, in a process of its own or where `start` puts it.
 * @throws {KaliumError} E_SERVICE, also for a policy that is not valid; E_CONFIG for one that cannot be read
 */
export async function startGuardProxy(
  { controller, ...options }: GuardProxyOptions,
  start: StartService = startService,
): Promise<Service<GuardProxyInfo>> {
  const given =
    controller?.peer === "inside"
      ? { peer: "inside", policy: await readPolicyFile(controller.policyPath) }
      : controller;
  return start(
    new URL("main.ts", import.meta.url),
    { ...options, ...(given && { controller: given }) },
    { name: "Kalium guard proxy", timeoutMs: 120_000 },
  );
}

type Reachable = Pick<GuardProxyInfo, "control">;

const pathOf = (instanceId: string): string => `/instances/${encodeURIComponent(instanceId)}`;

/** @throws {KaliumError} E_CONFIG, E_POLICY for what is unusable; E_TIMEOUT, E_SERVICE where no policy is available */
export const registerInstance = (
  { control }: Reachable,
  instanceId: string,
  registration: InstanceRegistration,
): Promise<InstanceStatus> => callDoor(control, "PUT", pathOf(instanceId), registration);

/** Its hook is cut off: what it asks from now on is denied. Idempotent. @throws {KaliumError} E_SERVICE */
export const unregisterInstance = ({ control }: Reachable, instanceId: string): Promise<void> =>
  callDoor(control, "DELETE", pathOf(instanceId));

/** After it the log holds every event that was decided before. @throws {KaliumError} E_SERVICE */
export const readGuardStatus = ({ control }: Reachable): Promise<GuardProxyStatus> =>
  callDoor(control, "GET", "/status");

/**
 * Appends to the file at `path` what the proxy's own log has beyond it: for a proxy that runs where this machine cannot
 * read files. @throws {KaliumError} E_SERVICE
 */
export async function fetchGuardLog({ control }: Reachable, path: string): Promise<void> {
  const known = await stat(path).catch(() => undefined);
  const lines = await readDoor(control, `/log?start=${known?.size ?? 0}`);
  await pipeline(lines, createWriteStream(path, { flags: "a", mode: 0o600 }));
}

/** Of all replicas that were registered as one. */
export const replicasOf = (instances: GuardProxyStatus["instances"], id: string): readonly InstanceStatus[] =>
  Object.entries(instances).flatMap(([key, status]) => (key === id || key.startsWith(`${id}~`) ? [status] : []));

/** Counters of all instances to zero, requests under way forgotten, also by a controller inside. @throws {KaliumError} E_SERVICE */
export const resetGuards = ({ control }: Reachable): Promise<void> => callDoor(control, "POST", "/reset");
