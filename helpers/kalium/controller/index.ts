import { readFile } from "node:fs/promises";
import { fileReasonOf, KaliumError } from "../../base/errors.ts";
import { startService, type Service, type StartService } from "../../base/child-service.ts";
import { callDoor, type ControlDoor } from "../../base/control-door.ts";
import type { Semantics } from "../core/flow-graph.ts";
import type { ControllerCounters } from "./answer.ts";
import type { ControllerSecurity } from "./keys.ts";

export interface ControllerOptions {
  /** Loopback or the run's bridge: where guards, and with them sandboxes of the artifact's runtimes, reach it. */
  readonly host: string;
  /** The artifact's guards expect 5000. Absent: a free one. */
  readonly port?: number;
  /** The policy file of the application. Absent: every check is denied, `no-policy`. */
  readonly policyPath?: string;
  readonly semantics: Semantics;
  /** `none` only for the artifact's programs, which have no authentication. */
  readonly security: ControllerSecurity;
  /** JSON lines of every check of the global graph are appended to this file (`GlobalLogLine`). Absent: none. */
  readonly logPath?: string;
}

export interface ControllerInfo {
  /** `tcp://host:port` for guards. */
  readonly address: string;
  /** Content of the policy that is valid but probably a mistake. */
  readonly policyWarnings: readonly string[];
  readonly control: ControlDoor;
}

export interface ControllerStatus {
  readonly counters: ControllerCounters;
  /** `strict`: sessions that began and did not end. */
  readonly openSessions: number;
}

/**
 * Starts the controller of the global flow graph in a process of its own.
 * @throws {KaliumError} E_CONFIG when the policy cannot be read, E_SERVICE also for an invalid one
 */
export async function startController(
  { policyPath, ...options }: ControllerOptions,
  { signal, start = startService }: { readonly signal?: AbortSignal | undefined; readonly start?: StartService } = {},
): Promise<Service<ControllerInfo>> {
  const policy = policyPath === undefined ? undefined : await readPolicyFile(policyPath);
  return start<ControllerInfo>(
    new URL("main.ts", import.meta.url),
    { ...options, ...(policy && { policy }) },
    { name: "Kalium controller", timeoutMs: 120_000, ...(signal && { signal }) },
  );
}

/** `path` is for messages. */
export interface PolicyFile {
  readonly path: string;
  readonly text: string;
}

/** @throws {KaliumError} E_CONFIG */
export async function readPolicyFile(path: string): Promise<PolicyFile> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new KaliumError("E_CONFIG", `cannot read the policy ${path}: ${fileReasonOf(error)}`, { cause: error });
  });
  return { path, text };
}

type Reachable = Pick<ControllerInfo, "control">;

/** After it the log holds every check that was made before. @throws {KaliumError} E_SERVICE */
export const readControllerStatus = ({ control }: Reachable): Promise<ControllerStatus> =>
  callDoor(control, "GET", "/status");

/** Forgets all requests under way. @throws {KaliumError} E_SERVICE */
export const resetController = ({ control }: Reachable): Promise<void> => callDoor(control, "POST", "/reset");

/**
 * Another policy from now on, given as its JSON text; requests under way are forgotten. Resolves to warnings.
 * @throws {KaliumError} E_POLICY for an invalid policy; the previous one stays
 */
export const replacePolicy = ({ control }: Reachable, policy: string): Promise<readonly string[]> =>
  callDoor(control, "PUT", "/policy", { policy });
