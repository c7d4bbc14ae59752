/** Where the time of a guarded call goes, from the embedded guard's own log: the same table as from boot logs. */
import { stat } from "node:fs/promises";
import type { LatencyRecord } from "../../../reports/records/record.ts";
import type { SyscallRecord } from "../../../reports/records/syscall-record.ts";
import { writeSyscalls } from "../../../reports/records/store.ts";
import type { System } from "../../contracts/system.ts";
import { type VerdictLogLine, readVerdictLog } from "../../kalium/proxy/verdict-log.ts";
import { serviceName } from "../../config/systems.ts";
import type { GuardedRun, StageWatch } from "../guard.ts";
import { completeGuardLog, embeddedInfo } from "./run.ts";

/** From now on: all events that guards decide until `write`. */
export async function watchEmbeddedStages(run: GuardedRun, systems: readonly System[]): Promise<StageWatch> {
  const guard = embeddedInfo(run);
  await completeGuardLog(guard);
  const { size: start } = await stat(guard.logPath);
  return {
    write: async (record) => {
      await completeGuardLog(guard);
      const lines: VerdictLogLine[] = [];
      for await (const line of readVerdictLog(guard.logPath, { start })) lines.push(line);
      for (const system of systems) {
        const stages = stagesOf(lines, system, record);
        if (stages !== undefined) await writeSyscalls(run.resultsDirectory, stages);
      }
    },
  };
}

type Verdict = Extract<VerdictLogLine, { kind: "verdict" }>;
/** What is decided after the call was handed on delays nobody. */
const waited = ({ foreseen }: Verdict, ns: number): number => (foreseen === true ? 0 : ns);
type HookTimings = Extract<VerdictLogLine, { kind: "hook-timings" }>;

/**
 * Joins what the hook and the proxy timed of each held write. Of the verdicts on invocations, those for which the gateway
 * waited. `undefined` where there is neither.
 */
export function stagesOf(
  lines: readonly VerdictLogLine[],
  system: System,
  record: LatencyRecord,
): SyscallRecord | undefined {
  const waiting = new Map<string, Verdict>();
  const timed: { readonly verdict: Verdict; readonly hook: HookTimings }[] = [];
  const invocations: Verdict[] = [];
  let writes = 0;
  let asked = 0;
  const proven = record.proofs.filter((proof) => proof.system === system.name);
  const own = new Set(proven.map((proof) => serviceName(system, proof.function)));
  for (const line of lines.filter(({ instanceId }) => own.has(instanceId))) {
    // Ids start again in each block, so a line of durations belongs to the last verdict of its id.
    const key = `${line.instanceId} ${line.connection} ${line.id}`;
    const verdict = waiting.get(key);
    if (line.kind === "hook-timings") {
      if (verdict !== undefined) timed.push({ verdict, hook: line });
      waiting.delete(key);
    } else if (line.event === "SEND") {
      waiting.set(key, line);
      writes++;
    } else if (line.event === "GETE") {
      if (line.id < 0) invocations.push(line);
      else asked++;
    }
  }
  if (timed.length === 0 && invocations.length === 0) return undefined;
  const untimed = writes - timed.length;
  const foreseen = invocations.filter((verdict) => verdict.foreseen === true).length;
  const { runId, label, samples } = record;
  return {
    schema: "kalium-bench/syscalls@1",
    runId,
    name: `${label}.${system.name}`,
    source: "embedded-guard",
    producer: "kalium-bench's hook and guard proxy",
    system: system.name,
    function: label,
    invocations: samples.filter((sample) => sample.system === system.name).length,
    invocationVerdicts: { foreseen, decided: invocations.length - foreseen, asked },
    calls: {
      ...(invocations.length > 0 && {
        invocation: {
          eventConstruction: invocations.map((verdict) => waited(verdict, verdict.eventConstructionNs)),
          controller: invocations.map((verdict) => waited(verdict, verdict.controllerNs)),
          localGuard: invocations.map((verdict) => waited(verdict, verdict.localGuardNs)),
          checkTotal: invocations.map(({ checkTotalNs }) => checkTotalNs),
        },
      }),
      ...(timed.length > 0 && {
        write: {
          eventConstruction: timed.map(({ hook }) => hook.eventConstructionNs),
          controller: timed.map(({ verdict }) => verdict.controllerNs),
          localGuard: timed.map(({ verdict }) => verdict.localGuardNs),
          checkTotal: timed.map(({ hook }) => hook.checkTotalNs),
          syscallTotal: timed.map(({ hook }) => hook.syscallTotalNs),
        },
      }),
    },
    notes: [
      "The tables list what waits for a verdict. A verdict on an invocation that the hook asks for overlaps with the work of its handler.",
      ...(untimed === 0 ? [] : [`${untimed} writes are missing because their durations came too late`]),
    ],
  };
}
