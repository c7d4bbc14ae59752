import type { LatencyRecord } from "../../reports/records/record.ts";
import type { ProxiedFunctions, Workload } from "../contracts/application.ts";
import type { RuntimeSettings } from "../contracts/runtime.ts";
import type { WantedMysqlSource } from "../contracts/service.ts";
import type { Semantics } from "../kalium/core/flow-graph.ts";
import type { Action } from "../kalium/core/guard.ts";
import type { LoadSettings } from "./load-settings.ts";
import type { DensitySettings } from "./density-settings.ts";

/** What a function costs, and how its log ratios vary. */
export interface FunctionCosts {
  /** A block without its rounds: databases, sandboxes of all systems, floors, ms. */
  readonly blockMs: number;
  /** A round, every system once, ms. */
  readonly roundMs: number;
  /** Variance of a log ratio between fresh sandboxes. */
  readonly between: number;
  /** Variance of the log ratio of one round, within a block. */
  readonly within: number;
}

/** A function's part of the plan. `timeMs`: what it is expected to take, the weight by which a budget is divided. */
export interface FunctionSize extends Pick<LatencyRecord["plan"], "blocks" | "rounds" | "warmupRounds"> {
  readonly timeMs: number;
  /** Where the time ends the function: it may measure more blocks than planned, up to this many. */
  readonly mostBlocks?: number;
  /** Measured even when the time is used up. Absent: one. */
  readonly leastBlocks?: number;
  /** As expected before the run; its first block shows what it really costs. Absent: it is not planned again. */
  readonly costs?: FunctionCosts;
  /** What the blocks and rounds of a claim are expected to take. */
  readonly leastMs?: number;
  /** The function is complete, and is measured further until it has so many blocks, in at most this time. */
  readonly settle?: { readonly toBlocks: number; readonly withinMs: number };
}

/** All settings of a run, checked, with defaults filled in. Plain data: it may cross to a worker. Holds a secret. */
export interface Config {
  readonly platform: "local" | "kubernetes";
  /** Of the platform `kubernetes`. */
  readonly cluster: ClusterConfig;
  /** In the user's order; names of `helpers/config/systems.ts`. */
  readonly systems: readonly string[];
  /** The user named them, so each must work on this machine. */
  readonly systemsNamed: boolean;
  readonly baseline: string;
  /** Of systems that do not say their own. */
  readonly workload: Workload;
  /** What is measured: all, latency alone, or all that a cluster's kubelets count, too. */
  readonly metrics: "all" | "latency" | "kubelet";
  /** Application file of the user's, absolute; absent: Hello, Retail! is measured. */
  readonly app?: string;
  /** What that file is, once it has been read; another digest is another experiment. */
  readonly application?: {
    readonly name: string;
    readonly sha256: string;
    /** What the image server serves; absent: a picture of ours. */
    readonly picture?: string;
  };
  /** Program in the place of our own watchdog. */
  readonly watchdog: string | undefined;
  readonly plan: LatencyRecord["plan"];
  /** What each function has instead of the plan's blocks and rounds, by label; chosen when the run begins. */
  readonly sizes?: Readonly<Record<string, FunctionSize>>;
  readonly mysql: {
    /** With the password: for the connection only, never for print. */
    readonly url?: string;
    readonly source: WantedMysqlSource;
    readonly image: string;
    readonly dump?: string;
  };
  readonly resultsDirectory: string;
  readonly outDirectory: string;
  readonly setup: "auto" | "never";
  readonly runtimes: Omit<RuntimeSettings, "runId" | "runDirectory" | "network" | "nodeBinary">;
  /** Of guarded systems. */
  readonly guard: {
    readonly semantics: Semantics;
    readonly action: Action;
    readonly policyPath: string;
    /** For the artifact's `ctr` as it is; absent: `policyPath` in a form that it can read. */
    readonly ctrPolicyPath?: string;
  };
  /** Of the policy-accuracy suite. */
  readonly accuracy: {
    readonly system: string;
    /** Recorded; half of them are for testing. */
    readonly rounds: number;
    /** Fresh ones under the learnt policy, at least. */
    readonly requests: number;
    readonly casesPerClass: number;
  };
  /** Of the load suite. */
  readonly load: LoadSettings;
  /** Of the density suite. */
  readonly density: DensitySettings;
  readonly tls: {
    readonly version: "1.2" | "1.3";
    /** The user's own, instead of one that is made per run. */
    readonly files?: { readonly cert: string; readonly key: string; readonly ca?: string };
  };
  /** How functions fetch the picture: the same way under all systems of a run. */
  readonly pictureScheme: "http" | "https";
  readonly valveProxied: ProxiedFunctions;
  /** Where the run's bridge is to have its addresses; absent: in the first private range that is free. */
  readonly networkRange?: string;
  /** 0: a free one. */
  readonly gatewayPort: number;
  /** Where answers of asynchronous calls may be posted. */
  readonly callbackHosts: readonly string[];
  /** Registries that images may be fetched from; `*`: all. */
  readonly imageRegistries: readonly string[];
  readonly functionMemoryMib: number;
  readonly callTimeoutMs: number;
  readonly readyTimeoutMs: number;
  readonly debug: boolean;
  /** What the user had set, as text; without passwords and without what belongs to one start only. */
  readonly variables: Readonly<Record<string, string>>;
  /** An interrupted run that is continued in its own folder. */
  readonly resume?: {
    readonly folder: string;
    readonly allowMixed: boolean;
    /** For what is not yet measured. Absent: as long as the run's plan says. */
    readonly withinMinutes?: number;
    /** Complete functions are measured further until their comparisons are settled, in at most this time. Absent: they are not. */
    readonly settleMinutes?: number;
  };
}

export interface ClusterConfig {
  /** Absent: as kubectl finds it. */
  readonly kubeconfig?: string;
  /** The gateway as this machine reaches it; absent: found. */
  readonly gatewayUrl?: string;
  /** This machine as pods reach it; absent: found. */
  readonly clientAddress?: string;
  /** Registry of the function images; absent: nodes have them. */
  readonly imageRegistry?: string;
}
