/** What the main process has started for this run and what the measuring worker needs of it: JSON only. */
import type { Config } from "../../config/config.ts";
import type { Availability } from "../../contracts/runtime.ts";
import type { RuntimeName } from "../../contracts/system.ts";
import type { GuardInfos } from "../../guards/guard.ts";
import type { StartedPlatform, VariantSecrets } from "../../platforms/platform.ts";

export interface Lab extends Pick<
  StartedPlatform,
  "gateway" | "network" | "mysql" | "images" | "watchdog" | "cluster" | "names"
> {
  readonly runId: string;
  /** Temporary: state, sockets, bundles, keys. Removed with the run. */
  readonly runDirectory: string;
  /** Which start of the run this is: 0, more after each `resume`. */
  readonly session: number;
  /** Measured functions that this run is to measure, by label. */
  readonly labels: readonly string[];
  /** Functions that earlier sessions left unfinished, and how long they measured each, ms. */
  readonly unfinished?: Readonly<Record<string, number>>;
  /** End of the run's time on the monotonic clock, ms, which all processes share; absent: no limit. */
  readonly measureUntilMs?: number;
  /** That end holds even for the blocks that a claim needs. */
  readonly endsInTime?: boolean;
  /** Kept: records, journals, figures. */
  readonly resultsDirectory: string;
  readonly config: Config;
  /** What each runtime of the chosen systems answered on this machine. */
  readonly runtimes: Readonly<Partial<Record<RuntimeName, Availability>>>;
  readonly variantSecrets: VariantSecrets;
  /** What the guards of the chosen systems told when they were started. Holds secrets: never record it. */
  readonly guards: GuardInfos;
}

declare module "vitest" {
  interface ProvidedContext {
    readonly lab: Lab;
  }
}
