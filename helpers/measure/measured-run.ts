import type { Config } from "../config/config.ts";
import type { WatchdogIdentity } from "../images/unpacked.ts";

/** What measuring needs to know of the run that it is a part of. */
export interface MeasuredRun {
  readonly runId: string;
  /** Which start of the run this is: 0, more after each `resume`. */
  readonly session: number;
  /** Measured functions of the run, by label. */
  readonly labels: readonly string[];
  /** Functions that earlier sessions left unfinished, and how long they measured each, ms. Absent: none. */
  readonly unfinished?: Readonly<Record<string, number>>;
  /** End of the run's time on the monotonic clock, ms; absent: no limit. */
  readonly measureUntilMs?: number;
  /** That end holds even for the blocks that a claim needs. Absent: it does not. */
  readonly endsInTime?: boolean;
  /** Folder of records and journals. */
  readonly resultsDirectory: string;
  readonly watchdog: WatchdogIdentity;
  readonly config: Pick<Config, "baseline" | "plan" | "sizes" | "pictureScheme" | "workload">;
}
