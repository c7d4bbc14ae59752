/**
 * What a guard is to the testbed: a plug-in that checks the control flow of functions while they run. A guard has a
 * folder beside this file and its line in `index.ts`; nothing else asks for a guard by name.
 */
import type { LatencyRecord, ProofRecord, Sample, Void } from "../../reports/records/record.ts";
import type { StartService } from "../base/child-service.ts";
import type { Config } from "../config/config.ts";
import type { ComparedSystem } from "../config/systems.ts";
import type { RunFunction, MeasuredFunction } from "../contracts/application.ts";
import type { GuardName, System } from "../contracts/system.ts";
import type { GatewayClient } from "../gateway/client.ts";
import type { StartedPlatform } from "../platforms/platform.ts";

export interface Guard {
  readonly name: GuardName;
  /** As in "the embedded guard saw nothing". */
  readonly title: string;
  /** Systems that it has work with. All systems that name it are among them. */
  readonly concerns: (system: System) => boolean;
  /** A guarded instance may hang or die by the guard's own fault: that costs the system its block, not all blocks. */
  readonly losesInstances?: true;
  /** What the run's record says of its programs, by name. @throws {KaliumError} E_RUNTIME_UNAVAILABLE */
  readonly describe?: (config: Config) => Promise<Record<string, unknown>>;
  /** Starts what sandboxes need while the platform tries its runtimes, before the run's own guard is there. */
  readonly startForTrials?: (config: Config, runDirectory: string) => Promise<AsyncDisposable | undefined>;
  /**
   * Starts what it needs for a whole run, in the main process. `info` reaches the measuring worker as JSON.
   * @throws {KaliumError} nothing is left behind then
   */
  readonly start?: (config: Config, place: GuardPlace) => Promise<StartedGuard>;
  /** Processor time until now of what it does outside all sandboxes, ns. `undefined`, or absent: nobody can tell. */
  readonly cpuNs?: (run: GuardedRun) => Promise<number | undefined>;
  /** In the measuring worker: rejects when what `start` started does not answer. Absent: there is nothing to ask. */
  readonly alive?: (run: GuardedRun) => Promise<unknown>;
  /** In the measuring worker, before the block's instances are deployed. @throws {KaliumError} nothing is left behind */
  readonly openBlock: (block: GuardedBlock) => Promise<BlockGuard>;
  /** In the measuring worker, before a function's first block. Absent: it times nothing. */
  readonly watchStages?: (run: GuardedRun, systems: readonly System[]) => Promise<StageWatch>;
}

/** Where a run's guard is started. */
export interface GuardPlace extends Pick<StartedPlatform, "network" | "cluster" | "startInGateway"> {
  readonly runId: string;
  readonly runDirectory: string;
  /** Of the results. */
  readonly folder: string;
  /** Starts services that functions call. */
  readonly startService: StartService;
  /** Tells the user what is being done. */
  readonly say: (line: string) => void;
}

export interface StartedGuard extends AsyncDisposable {
  /** JSON. It may hold a secret: never record it, never print it. */
  readonly info: unknown;
}

/** What started guards told, by name. */
export type GuardInfos = Readonly<Partial<Record<GuardName, unknown>>>;

/** The run as a guard sees it from the measuring worker. */
export interface GuardedRun extends Pick<StartedPlatform, "gateway" | "network" | "cluster"> {
  readonly runDirectory: string;
  readonly resultsDirectory: string;
  readonly config: Config;
  readonly guards: GuardInfos;
}

/** One block of one measured function. */
export interface GuardedBlock {
  readonly run: GuardedRun;
  readonly client: GatewayClient;
  readonly measured: MeasuredFunction;
  /** What is deployed: the measured function and those that it calls. */
  readonly definitions: readonly RunFunction[];
  /** Those that concern the guard. */
  readonly systems: readonly ComparedSystem[];
  readonly block: number;
  /** Instances of every function. */
  readonly replicas: number;
  /** The testbed's services by the address, `host:port`, that a system's instances connect to. */
  readonly peersOf: (system: System) => Readonly<Record<string, string>>;
}

/** What an instance is started with because of its guard. */
export interface GuardedDeployment {
  readonly envVars: Readonly<Record<string, string>>;
  /** Names of secrets that the gateway has. */
  readonly secrets: readonly string[];
}

export interface BlockGuard {
  readonly deployment: (system: System, definition: RunFunction) => GuardedDeployment | undefined;
  /** After the block's calls, before its instances are removed. */
  readonly inspect: (block: MeasuredBlock) => Promise<Inspection>;
  /** Keeps what its programs left, for a block that something voids; once. */
  readonly keepEvidence?: () => Promise<void>;
  /** Idempotent. */
  readonly release: () => Promise<void>;
}

export interface MeasuredBlock {
  readonly samples: readonly Sample[];
  /** One per instance. */
  readonly proofs: readonly ProofRecord[];
}

export interface Inspection {
  readonly voids: readonly Void[];
  /** Checks that the guard made, by system. A guarded system without any is void, whatever the guard says. */
  readonly checks: ReadonlyMap<string, number>;
}

export interface StageWatch {
  /** Writes `syscalls.<label>.<system>.json` into the results for each system of which calls were timed. */
  readonly write: (record: LatencyRecord) => Promise<void>;
}
