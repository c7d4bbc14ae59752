/** Where the time of a guarded system call goes, from the boot logs that a run under the artifact's runtimes kept. */
import { recordFromLogs } from "../../../reports/boot-log/log-record.ts";
import type { LatencyRecord } from "../../../reports/records/record.ts";
import { blockVoids, writeSyscalls } from "../../../reports/records/store.ts";
import type { System } from "../../contracts/system.ts";
import { keptBootLogs } from "../../kalium/artifact/boot-log.ts";

/**
 * Writes `syscalls.<label>.<system>.json` for each system under the artifact's guard, of its blocks that count. None
 * where the guard timed no call: it times those that begin with GET, and TLS records of an instrumented library.
 */
export async function writeArtifactStages(
  resultsDirectory: string,
  systems: readonly System[],
  record: LatencyRecord,
): Promise<void> {
  const { runId, label, samples } = record;
  for (const { name: system } of systems) {
    const own = samples.filter(
      (sample) => sample.system === system && blockVoids(record, system, sample.block).length === 0,
    );
    const blocks = new Set(own.map(({ block }) => block));
    const logs = await keptBootLogs(resultsDirectory, { label, system, blocks });
    const place = { runId, name: `${label}.${system}`, system, function: label, invocations: own.length };
    const stages = logs.length === 0 ? undefined : await recordFromLogs(logs, place);
    if (stages !== undefined) await writeSyscalls(resultsDirectory, stages);
  }
}
