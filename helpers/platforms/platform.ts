/** What a platform gives a run. The measuring worker sees an OpenFaaS REST API, whichever it is. */
import type { ServicesPod } from "../cluster/services/services-pod.ts";
import type { StartService } from "../base/child-service.ts";
import type { Config } from "../config/config.ts";
import type { MeasuredFunction, Variant } from "../contracts/application.ts";
import type { Availability, NetworkInfo } from "../contracts/runtime.ts";
import type { RuntimeName } from "../contracts/system.ts";
import type { FunctionImage } from "../images/build-images.ts";
import type { ServiceNames } from "../services/name-server/index.ts";
import type { WatchdogIdentity } from "../images/unpacked.ts";
import type { MysqlInfo } from "../services/mysql/index.ts";

export interface PlatformContext {
  readonly runId: string;
  readonly runDirectory: string;
  /** Measured functions of the run. */
  readonly measured: readonly Pick<MeasuredFunction, "label" | "callees">[];
  /** Hears what is being started, a line each: some of it takes half a minute. */
  readonly say: (line: string) => void;
}

export interface PlatformGateway {
  /** Of the REST API. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Where this machine calls functions, and where they call one another; absent: `url`. */
  readonly invokeUrl?: string;
  readonly functionUrl?: string;
  /** Of its process, where that is one of this machine's. */
  readonly pid?: number;
}

export interface PlatformCluster {
  /** Nodes that have all runtimes of the run: each block is on one of them. */
  readonly nodes: readonly string[];
  /** Where the run's services are started; absent: on this machine. */
  readonly services?: ServicesPod;
}

/** By variant, then by function name. */
export type VariantImages = Readonly<Partial<Record<Variant, Readonly<Record<string, FunctionImage>>>>>;

/** Names of the secrets that instances of a variant get; the gateway has their contents. */
export type VariantSecrets = Readonly<Partial<Record<Variant, readonly string[]>>>;

/** Disposing ends what it started. */
export interface StartedPlatform extends AsyncDisposable {
  readonly gateway: PlatformGateway;
  readonly network: NetworkInfo;
  readonly mysql: MysqlInfo;
  /** Of the chosen systems. */
  readonly runtimes: ReadonlyMap<RuntimeName, Availability>;
  readonly images: VariantImages;
  /** How functions of the artifact's workload name the run's services; absent: by address, without a look-up. */
  readonly names?: ServiceNames;
  /** In every image. */
  readonly watchdog: WatchdogIdentity;
  /** Absent on this machine's own platform. */
  readonly cluster?: PlatformCluster;
  /** Starts the guard proxy in the gateway's process. Absent: the gateway is not ours, or is elsewhere. */
  readonly startInGateway?: StartService;
  /** Facts for the record, beside those that every platform gives. */
  readonly environment: Readonly<Record<string, unknown>>;
}

/** @throws {KaliumError} nothing is left behind then */
export type StartPlatform = (config: Config, context: PlatformContext) => Promise<StartedPlatform>;

/** The gateway as functions reach it. */
export const functionGatewayUrl = ({ gateway }: { readonly gateway: PlatformGateway }): string =>
  gateway.functionUrl ?? gateway.url;
