/** The system calls of some invocations of a measured function, in a block of its own that times nothing. Runs in the measuring worker. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CallCountRecord } from "../../../reports/records/call-count-record.ts";
import { KaliumError } from "../../base/errors.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import { findStrace } from "../../machine/find-strace.ts";
import { cgroupProcesses } from "../../sandboxes/cgroup-tree.ts";
import type { DeployedInstance } from "../../testbed/block/deploy-block.ts";
import { besideThreads, countCalls, type Window } from "./count-window.ts";
import { type OneSystem, openCountedBlock, settleMs } from "./counted-block.ts";
import { startTrace, type RunningTrace } from "./strace.ts";

/**
 * Of the instances that an invocation involves under this system, which the host must see as processes: native or runc.
 * @throws {KaliumError} E_SETUP without strace or control groups, E_INVOKE for a call whose answer is not the right one
 */
export async function countInvocations(
  measured: MeasuredFunction,
  services: OneSystem,
  signal: AbortSignal,
): Promise<CallCountRecord> {
  const { lab, systems } = services;
  const strace = await findStrace();
  await using block = await openCountedBlock(measured, services, { nth: 0, traced: false, signal });
  const { deployed, invoke } = block;
  const groups = await Promise.all(deployed.instances.map(processesOf));
  await using stack = new AsyncDisposableStack();
  const traces: RunningTrace[] = [];
  for (const [index, pids] of groups.entries()) {
    const file = join(lab.runDirectory, `strace-${measured.label}-${index}.txt`);
    traces.push(stack.use(await startTrace(strace, pids, { file, signal })));
  }
  await invoke(); // whatever attaching has changed
  const windows: Window[] = [];
  const pageFaults: number[] = [];
  const pids = groups.flat();
  while (windows.length < block.invocations) {
    await sleep(settleMs, undefined, { signal });
    const before = await faultsOf(pids);
    windows.push(await invoke());
    pageFaults.push(Math.max(0, (await faultsOf(pids)) - before));
  }
  const traced = await Promise.all(traces.map((trace) => trace.calls()));
  return {
    schema: "kalium-bench/call-counts@1",
    runId: lab.runId,
    label: measured.label,
    system: systems[0].name,
    tracer: strace.version,
    besideThreads: [...besideThreads],
    calls: [...countCalls(traced.flat(), windows)],
    pageFaults,
  };
}

async function processesOf(instance: DeployedInstance): Promise<readonly number[]> {
  const pids = instance.cgroup === undefined ? [] : await cgroupProcesses(instance.cgroup);
  if (pids.length > 0) return pids;
  throw new KaliumError("E_SETUP", `the processes of ${instance.function} under ${instance.system} cannot be found`, {
    hint: "Run as root on a machine with control groups: its processes are those of its group.",
  });
}

/** Minor faults of processes since their starts; of one that is gone, none. proc(5): field 10, the eighth after the name. */
async function faultsOf(pids: readonly number[]): Promise<number> {
  const texts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")));
  return texts.reduce((sum, text) => sum + Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[7] ?? 0), 0);
}
