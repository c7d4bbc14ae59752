/** The system calls of some invocations of a measured function, in a block of its own that times nothing. Runs in the measuring worker. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CallCountRecord } from "../../../reports/records/call-count-record.ts";
import { nowNs } from "../../base/clock.ts";
import { KaliumError } from "../../base/errors.ts";
import type { ComparedSystem } from "../../config/systems.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import { findStrace } from "../../machine/find-strace.ts";
import { cgroupProcesses } from "../../sandboxes/cgroup-tree.ts";
import { createCheckedCall } from "../../testbed/block/checked-call.ts";
import { type DeployedInstance, deployBlock } from "../../testbed/block/deploy-block.ts";
import type { Services } from "../../testbed/suite/services.ts";
import { besideThreads, countCalls, type Window } from "./count-window.ts";
import { startTrace, type RunningTrace } from "./strace.ts";

const invocations = 10;
const smokeInvocations = 3;
/** As in a timed block, so that caches are filled and connections open. */
const warmUps = 10;
/** What an instance does after its answer is not the next invocation's. */
const settleMs = 50;

/**
 * Of the instances that an invocation involves under this system, which the host must see as processes: native or runc.
 * @throws {KaliumError} E_SETUP without strace or control groups, E_INVOKE for a call whose answer is not the right one
 */
export async function countInvocations(
  measured: MeasuredFunction,
  services: Services & { readonly systems: readonly [ComparedSystem] },
  signal: AbortSignal,
): Promise<CallCountRecord> {
  const { lab, systems, databases } = services;
  const [{ name: system }] = systems;
  const { plan: sizes } = lab.config;
  const strace = await findStrace();
  const block = sizes.blocks;
  const plan = { ...sizes, label: measured.label, systems: [system] };
  await databases.reset(systems);
  await using deployed = await deployBlock(measured, services, { plan, block, signal });
  const call = createCheckedCall(measured, services, { seed: sizes.seed, block });
  let round = 0;
  const invoke = async (): Promise<Window> => {
    signal.throwIfAborted();
    const offsetNs = wallClockOffsetNs();
    const { sample, problem } = await call({ system, block, round: round++, position: 0, phase: "measured" });
    if (problem !== undefined) {
      throw new KaliumError(
        "E_INVOKE",
        `${measured.label} under ${system}, while its system calls are counted: ${problem}`,
      );
    }
    const fromNs = sample.startedAtNs + offsetNs;
    return { fromS: fromNs / 1e9, toS: (fromNs + sample.latencyNs) / 1e9 };
  };
  const smoke = sizes.profile === "smoke";
  for (let made = 0; made < (smoke ? 1 : warmUps); made++) await invoke();

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
  while (windows.length < (smoke ? smokeInvocations : invocations)) {
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
    system,
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

/** What the wall clock, by which strace stamps, is ahead of the monotonic one: seen where it ticks, exact to some us. */
function wallClockOffsetNs(): number {
  const before = Date.now();
  for (;;) {
    const now = Date.now();
    if (now !== before) return now * 1e6 - nowNs();
  }
}
