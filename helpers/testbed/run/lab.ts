/** What the main process has started for this run and what the measuring worker needs of it: JSON only. */
import type { Availability, NetworkInfo, RuntimeName, Variant } from "../../contracts.ts";
import type { ServicesPod } from "../../cluster/services/services-pod.ts";
import type { FunctionImage } from "../../images/build-images.ts";
import type { MysqlInfo } from "../../services/mysql/index.ts";
import type { Config } from "../../config/config.ts";
import type { LabGuard } from "../../guards/embedded/run.ts";

export interface Lab {
  readonly runId: string;
  /** Temporary: state, sockets, bundles, keys. Removed with the run. */
  readonly runDirectory: string;
  /** Which start of the run this is: 0, more after each `resume`. */
  readonly session: number;
  /** Measured functions that this run is to measure, by label. */
  readonly labels: readonly string[];
  /** End of the run's time on the monotonic clock, ms, which all processes share; absent: no limit. */
  readonly measureUntilMs?: number;
  /** Kept: records, journals, figures. */
  readonly resultsDirectory: string;
  readonly config: Config;
  readonly gateway: LabGateway;
  readonly network: NetworkInfo;
  readonly mysql: MysqlInfo;
  /** What each runtime of the chosen systems answered on this machine. */
  readonly runtimes: Readonly<Partial<Record<RuntimeName, Availability>>>;
  /** By variant, then by function name. */
  readonly images: Readonly<Partial<Record<Variant, Readonly<Record<string, FunctionImage>>>>>;
  /** Names of the secrets that instances of a variant get; the gateway has their contents. */
  readonly variantSecrets: Readonly<Partial<Record<Variant, readonly string[]>>>;
  /** Absent where no chosen system is guarded. */
  readonly guard?: LabGuard;
  /** Absent on this machine's own platform. */
  readonly cluster?: LabCluster;
}

export interface LabGateway {
  /** Of the REST API. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Where this machine calls functions, and where they call one another; absent: `url`. */
  readonly invokeUrl?: string;
  readonly functionUrl?: string;
}

export interface LabCluster {
  /** Nodes that have all runtimes of the run: each block is on one of them. */
  readonly nodes: readonly string[];
  /** Where the run's services are started; absent: on this machine. */
  readonly services?: ServicesPod;
}

declare module "vitest" {
  interface ProvidedContext {
    readonly lab: Lab;
  }
}
