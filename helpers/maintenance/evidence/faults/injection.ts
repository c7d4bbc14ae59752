/** What can be done to a run that measures: the types, and what every kind of fault gets and gives. */
import type { RunPart } from "../parts.ts";

/** Who talks to whom. Functions reach their services, and the gateway them, over the run's bridge. */
export type Link = "function to MySQL" | "function to image server" | "gateway to function";

/** What happens to packets: refused with a reset, swallowed, lost by chance (%), or let through so many bits a second. */
export type LinkTrouble = "reset" | "drop" | { readonly lossPercent: number } | { readonly kbitPerSecond: number };

/** `healsAfterMs`: the fault is taken back, and the run must continue as if nothing had been. */
export type Injection =
  | { readonly kind: "signal"; readonly signal: StopOrKill; readonly to: RunPart; readonly healsAfterMs?: number }
  | { readonly kind: "ask-to-stop"; readonly signal: "SIGINT" | "SIGTERM" | "SIGHUP" }
  | { readonly kind: "freeze"; readonly healsAfterMs: number }
  | { readonly kind: "network"; readonly link: Link; readonly trouble: LinkTrouble; readonly healsAfterMs?: number }
  | { readonly kind: "slow-network"; readonly delayMs: number; readonly jitterMs: number }
  | { readonly kind: "full-disk"; readonly of: "results" | "temporary files"; readonly sizeMiB: number }
  | { readonly kind: "limit"; readonly of: Limited }
  | { readonly kind: "clock"; readonly stepSeconds: number }
  | { readonly kind: "results"; readonly fate: "removed" | "read-only" | "journal cut" };

type StopOrKill = "SIGKILL" | "SIGSTOP";

/** What runs out: memory of the function, descriptors of a process, processes that the gateway may start. */
export type Limited =
  "memory of the function" | "descriptors of the gateway" | "descriptors of the worker" | "processes of the gateway";

/** The run that gets the fault. */
export interface FaultyRun {
  /** Its results and pictures are below it. */
  readonly root: string;
  readonly runId: string;
  /** The command, and all processes of its group. */
  readonly signal: (name: NodeJS.Signals) => void;
}

export interface Prepared {
  /** Variables of the command. */
  readonly env?: Readonly<Record<string, string>>;
  readonly inject: (run: FaultyRun) => Promise<void>;
  /** Takes back what can be; idempotent. Called after `healsAfterMs`, and after the run in any case. */
  readonly heal: () => Promise<void>;
}

/** Makes one kind of fault ready, before the run starts. */
export type PrepareFault<Kind extends Injection["kind"]> = (
  injection: Extract<Injection, { readonly kind: Kind }>,
  root: string,
) => Promise<Prepared>;

export const nothingToHeal = (): Promise<void> => Promise.resolve();
