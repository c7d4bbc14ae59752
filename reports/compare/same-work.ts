import type { LatencyRecord } from "../records/record.ts";
import { RecordError } from "../records/record-error.ts";

/**
 * Calls of the artifact's workload cost more than lean ones: their difference says nothing about a change. Of imported
 * calls nobody knows the work.
 * @throws {RecordError} naming the first cell whose workload, or call of the user's, the two runs do not share
 */
export function refuseOtherWork(a: readonly LatencyRecord[], b: readonly LatencyRecord[]): void {
  const calls = new Map(a.map((record) => [record.label, callOf(record)]));
  for (const record of b) {
    const [expected, call] = [calls.get(record.label), callOf(record)];
    if (expected === undefined || expected === call) continue;
    throw new RecordError(
      `the runs differ in the call ${record.label}: its function, request or right answer has changed`,
      {
        hint: "Measure both with the same application file.",
      },
    );
  }
  const before = workloadsOf(a);
  for (const [cell, workload] of workloadsOf(b)) {
    const expected = before.get(cell);
    if (expected === undefined || expected === workload) continue;
    throw new RecordError(`the runs differ in workload: ${cell} was ${expected} in A and is ${workload} in B`, {
      hint: `Measure again with KALIUM_WORKLOAD=${expected}, or compare with a run whose workload is ${workload}.`,
    });
  }
}

/** As text. */
const callOf = ({ label, application }: LatencyRecord): string =>
  JSON.stringify(application?.calls.find((call) => call.label === label) ?? "Hello, Retail!");

const workloadsOf = (records: readonly LatencyRecord[]): ReadonlyMap<string, "artifact" | "lean"> =>
  new Map(
    records
      .filter(({ imported }) => imported === undefined)
      .flatMap(({ label, systems }) =>
        systems.map(({ name, workload = "lean" }) => [`${label} under ${name}`, workload] as const),
      ),
  );
