/** What a guarded system call is made of, in the order of its pipeline. docs/syscalls.md says what each stage times. */
import type { Rows } from "./syscall-rows.ts";

/** The seven durations of a guarded call, in the order of the artifact's log lines. */
export const callStages = [
  "tlsParsing",
  "tlsLookup",
  "eventConstruction",
  "controller",
  "localGuard",
  "checkTotal",
  "syscallTotal",
] as const;

/** `encrypt`: one AES-GCM record, encrypted in the runtime. */
export const stages = [...callStages, "encrypt"] as const;

export type CallStage = (typeof callStages)[number];
export type SyscallStage = (typeof stages)[number];

/** Kinds of calls with the stages of a guarded one. `invocation`: the verdict on a call before the function has it. */
export const callSeries = ["invocation", "write", "sendmsg"] as const;
export type CallSeries = (typeof callSeries)[number];

/** Those that the artifact logs. */
export type LoggedSeries = Exclude<SeriesName, "invocation">;

export const seriesNames = [...callSeries, "encrypt"] as const;
export type SeriesName = (typeof seriesNames)[number];

/** One kind of call. */
export interface Series {
  readonly name: SeriesName;
  /** Those that were timed, in the order of a row's values; a stage nobody timed is absent. */
  readonly stages: readonly SyscallStage[];
  readonly calls: Rows;
}

/** Who timed the stages. The two are never pooled and never share a label. */
export const syscallSources = ["boot-log", "embedded-guard"] as const;
export type SyscallSource = (typeof syscallSources)[number];

export const sourceTitles: Readonly<Record<SyscallSource, string>> = {
  "boot-log": "boot log",
  "embedded-guard": "embedded guard",
};

/** For people. `localGuard` in a boot log times a loop of the artifact and a log line, not a policy check. */
export const stageTitles: Readonly<Record<SyscallStage, string>> = {
  tlsParsing: "TLS parsing",
  tlsLookup: "TLS look-up",
  eventConstruction: "event construction",
  controller: "controller",
  localGuard: "local guard",
  checkTotal: "check total",
  syscallTotal: "syscall total",
  encrypt: "AES-GCM encryption",
};
