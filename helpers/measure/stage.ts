/** Where blocks happen: the testbed, or a simulation in tests. Types only. */
import type { Floor, ProofRecord, Sample, Void } from "../../reports/records/record.ts";
import type { PlannedCall } from "./plan.ts";
import type { BlockUsage } from "./price.ts";

export interface Stage {
  /**
   * Brings the databases back to the seed and starts fresh sandboxes of every system.
   * @throws {KaliumError} nothing stays started then
   */
  readonly open: (block: number, signal: AbortSignal) => Promise<OpenBlock>;
}

/** Floors of one block, and why some are missing: a lost call voids nothing, because it measures no system. */
export interface MeasuredFloors {
  readonly floors: readonly Omit<Floor, "block">[];
  readonly lost: readonly string[];
}

/** Disposing removes its sandboxes, too. */
export interface OpenBlock extends AsyncDisposable {
  readonly resetMs: number;
  readonly deployMs: number;
  readonly proofs: readonly ProofRecord[];
  /** What was wrong before the first call. */
  readonly voids: readonly Void[];
  /** Counts what its sandboxes use; absent: nobody asked, or nobody can tell. */
  readonly usage?: BlockUsage;
  /** Makes one call, and checks its answer outside the clock. `startedAtNs` is on the monotonic clock. */
  readonly call: (call: PlannedCall) => Promise<Sample>;
  /** Calls of an empty function, after the measured ones. */
  readonly floors: () => Promise<MeasuredFloors>;
  /** What the calls left behind besides their answers: pictures fetched, mails, rows. Without a block it voids the cell. */
  readonly inspect: (samples: readonly Sample[]) => Promise<readonly Void[]>;
  /** Resolves when the sandboxes are gone. Idempotent. */
  readonly remove: () => Promise<void>;
}
