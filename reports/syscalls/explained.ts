import type { Comparison } from "../comparison.ts";
import type { SyscallRecord } from "../syscall-record.ts";
import { formatMs } from "../tables/numbers.ts";
import type { SyscallMeasurement } from "./measurement.ts";

/**
 * How much of the difference end to end the stages explain: time in the guard's hooks per invocation, against the
 * difference of the mean latencies of the guarded system and the baseline. Means, because only they add up. Empty where
 * the record does not say whose calls these are, or where that latency was not measured.
 */
export function explained(
  record: SyscallRecord,
  { summaries }: SyscallMeasurement,
  { cells }: Comparison,
): readonly string[] {
  const { system, function: label, invocations } = record;
  const guarded = cells.find((cell) => cell.system === system && cell.label === label);
  const baseline = cells.find((cell) => cell.system === guarded?.baseline && cell.label === label);
  const calls = summaries.filter(({ stages }) => stages.syscallTotal !== undefined);
  if (invocations === undefined || guarded?.meanNs === undefined || baseline?.meanNs === undefined) return [];
  if (guarded === baseline || calls.length === 0) return [];
  const count = calls.reduce((sum, { n }) => sum + n, 0) / invocations;
  const hookNs = calls.reduce((sum, { stages }) => sum + (stages.syscallTotal?.sumNs ?? 0), 0) / invocations;
  const differenceNs = guarded.meanNs - baseline.meanNs;
  const hooks = `An invocation made ${count.toFixed(2)} guarded calls and spent ${formatMs(hookNs)} ms in the guard's hooks (means)`;
  return [
    differenceNs <= 0
      ? `${hooks}; end to end ${guarded.system} was not slower than ${baseline.system}.`
      : `${hooks}: ${((100 * hookNs) / differenceNs).toFixed(0)} % of the ${formatMs(differenceNs)} ms by which ` +
        `${guarded.system} took longer than ${baseline.system} end to end. The rest is none of these stages.`,
  ];
}
