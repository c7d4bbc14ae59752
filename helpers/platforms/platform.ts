/** What a platform gives a lab. The measuring worker sees an OpenFaaS REST API, whichever it is. */
import type { Availability, RuntimeName } from "../contracts.ts";
import type { Config } from "../config/config.ts";
import type { Lab } from "../testbed/run/lab.ts";

export interface PlatformContext {
  readonly runId: string;
  readonly runDirectory: string;
  /** Measured functions of the run. */
  readonly labels: readonly string[];
  /** Hears what is being started, a line each: some of it takes half a minute. */
  readonly say: (line: string) => void;
}

/** Disposing ends what it started. */
export interface StartedPlatform extends AsyncDisposable {
  readonly gateway: Lab["gateway"];
  readonly network: Lab["network"];
  readonly mysql: Lab["mysql"];
  /** Of the chosen systems. */
  readonly runtimes: ReadonlyMap<RuntimeName, Availability>;
  readonly images: Lab["images"];
  readonly cluster?: Lab["cluster"];
  /** Facts for the record, beside those that every platform gives. */
  readonly environment: Readonly<Record<string, unknown>>;
}

/** @throws {KaliumError} nothing is left behind then */
export type StartPlatform = (config: Config, context: PlatformContext) => Promise<StartedPlatform>;
