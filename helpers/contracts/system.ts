/** What is compared: the names of runtimes, guards and guard events, and what a system is. Types only. */
import type { Variant, Workload } from "./application.ts";

/** `-ref`: the same runtime from a second binary, so that two revisions are measured in one plan. */
export type OwnRuntimeName = "native" | "runc" | "runc-ref" | "gvisor" | "gvisor-ref" | ArtifactRuntimeName;

declare const declared: unique symbol;

/** Of a runtime in the user's file (`KALIUM_RUNTIMES`). Its reader alone makes such names, so a misspelt one of ours does not compile. */
export type DeclaredRuntimeName = string & { readonly [declared]: true };

export type RuntimeName = OwnRuntimeName | DeclaredRuntimeName;

/** runsc as the paper's artifact built it: without Kalium, with it, and with its measuring code. */
export type ArtifactRuntimeName = "gvisor-stock" | "kalium" | "kalium-microbench";

/**
 * What checks the control flow: nothing; our own guard inside the function's process with its proxy outside; or the
 * artifact's, which is a part of its runsc.
 */
export type GuardName = "none" | "embedded" | "artifact";

/** What a guard looks at: an invocation arrives, a request goes out, its answer is here, the invocation is over. */
export type GuardEventName = "GETE" | "SEND" | "RESP" | "ENDE";

/** A bar within a function's group in Figure 8: variant x runtime x guard. */
export interface System {
  readonly name: string;
  readonly variant: Variant;
  readonly runtime: RuntimeName;
  readonly guard: GuardName;
  /** Absent: the run's, `KALIUM_WORKLOAD`. */
  readonly workload?: Workload;
  /** For figure and report; absent: as the report names it. */
  readonly title?: string;
}
