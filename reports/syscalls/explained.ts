import type { Comparison } from "../comparison.ts";
import type { SyscallRecord } from "../records/syscall-record.ts";

/** How much of the difference end to end the stages explain. Means, because only they add up. */
export interface Explanation {
  readonly system: string;
  readonly baseline: string;
  /** Writes and sends. */
  readonly callsPerInvocation: number;
  /** In the guard's hooks and before the call is handed on, per invocation. */
  readonly hookNs: number;
  /** Of the mean latencies, guarded system - baseline; negative where it was not slower. */
  readonly differenceNs: number;
  /** The ratio's interval holds 1, or there is none: the difference may be noise. */
  readonly uncertain: boolean;
}

/**
 * `undefined` where the record does not say whose calls these are or what their total was, or where that system or its
 * baseline was not measured.
 */
export function explainCall(record: SyscallRecord, { cells }: Comparison): Explanation | undefined {
  const { system, function: label, invocations, calls } = record;
  const guarded = cells.find((cell) => cell.system === system && cell.label === label);
  const baseline = cells.find((cell) => cell.system === guarded?.baseline && cell.label === label);
  const written = [calls.write?.syscallTotal, calls.sendmsg?.syscallTotal].filter((total) => total !== undefined);
  const totals = [...written, ...(calls.invocation?.checkTotal === undefined ? [] : [calls.invocation.checkTotal])];
  if (invocations === undefined || guarded?.meanNs === undefined || baseline?.meanNs === undefined) return undefined;
  if (guarded === baseline || totals.length === 0) return undefined;
  return {
    system: guarded.system,
    baseline: baseline.system,
    callsPerInvocation: written.flat().length / invocations,
    hookNs: totals.flat().reduce((sum, ns) => sum + ns, 0) / invocations,
    differenceNs: guarded.meanNs - baseline.meanNs,
    uncertain: (guarded.ratio?.interval?.low ?? 0) <= 1,
  };
}
