import type { LatencyRecord } from "../records/record.ts";
import { RecordError } from "../records/record-error.ts";

/**
 * Calls of the artifact's workload cost more than lean ones: their difference says nothing about a change. Of imported
 * calls nobody knows the work.
 * @throws {RecordError} naming the first cell whose workload the two runs do not share
 */
export function refuseOtherWork(a: readonly LatencyRecord[], b: readonly LatencyRecord[]): void {
  const before = workloadsOf(a);
  for (const [cell, workload] of workloadsOf(b)) {
    const expected = before.get(cell);
    if (expected === undefined || expected === workload) continue;
    throw new RecordError(`the runs differ in workload: ${cell} was ${expected} in A and is ${workload} in B`, {
      hint: `Measure again with KALIUM_WORKLOAD=${expected}, or compare with a run whose workload is ${workload}.`,
    });
  }
}

const workloadsOf = (records: readonly LatencyRecord[]): ReadonlyMap<string, "artifact" | "lean"> =>
  new Map(
    records
      .filter(({ imported }) => imported === undefined)
      .flatMap(({ label, systems }) =>
        systems.map(({ name, workload = "lean" }) => [`${label} under ${name}`, workload] as const),
      ),
  );
