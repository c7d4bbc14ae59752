/** The system calls of some invocations by the sandbox's own account, in a block of its own that times nothing. Runs in the measuring worker. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SandboxCounts } from "../../../reports/records/call-count-record.ts";
import { poll } from "../../base/deadline.ts";
import type { ComparedSystem } from "../../config/systems.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import { runtimeNamed } from "../../runtimes/index.ts";
import { runtimeLogs } from "../../sandboxes/oci-driver.ts";
import { instanceFolder } from "../../sandboxes/place.ts";
import type { Services } from "../../testbed/suite/services.ts";
import { countCalls, type Window } from "./count-window.ts";
import { openCountedBlock, settleMs } from "./counted-block.ts";
import { parseRunscTrace } from "./parse-runsc-trace.ts";
import type { TracedCall } from "./parse-strace.ts";

/** Those that count for themselves: plain functions on gVisor, not on the artifact's builds. Not the A/A arm, which would count the same. */
export const countingSystems = (systems: readonly ComparedSystem[]): readonly ComparedSystem[] =>
  systems.filter(
    ({ runtime, variant, guard, aaOf }) =>
      runtimeNamed(runtime).tracesCalls === true && variant === "vanilla" && guard === "none" && aaOf === undefined,
  );

/**
 * Of the instances that an invocation involves under this system, by `runsc --strace`.
 * @param nth of the blocks in which calls are counted
 * @throws {KaliumError} E_DEPLOY, E_TIMEOUT without a trace, E_INVOKE for a call whose answer is not the right one
 */
export async function countInSandbox(
  measured: MeasuredFunction,
  services: Services & { readonly systems: readonly [ComparedSystem] },
  { nth, signal }: { readonly nth: number; readonly signal: AbortSignal },
): Promise<SandboxCounts> {
  await using block = await openCountedBlock(measured, services, { nth, traced: true, signal });
  const { proofs } = block.deployed;
  const windows: Window[] = [];
  while (windows.length < block.invocations) {
    await sleep(settleMs, undefined, { signal });
    windows.push(await block.invoke());
  }
  await sleep(settleMs, undefined, { signal });
  const { runDirectory } = services.lab;
  const traces = await Promise.all(proofs.map(({ instance }) => readSentryTrace(runDirectory, instance, signal)));
  return {
    system: services.systems[0].name,
    tracer: `runsc --strace, ${proofs[0]?.version ?? "unknown version"}`,
    calls: countCalls(traces.flat(), windows).map(({ call, counts }) => ({ call, counts })),
  };
}

/**
 * All calls of an instance until now, as its sentry has logged them.
 * @throws {KaliumError} E_TIMEOUT where it has logged none
 */
export async function readSentryTrace(
  runDirectory: string,
  instance: string,
  signal: AbortSignal,
): Promise<readonly TracedCall[]> {
  const endedS = Date.now() / 1e3;
  return parseRunscTrace(await readSentryLog(runtimeLogs(instanceFolder(runDirectory, instance)), signal), endedS);
}

/** The sandbox has started already, and so has its log: a first call is there, or there never will be one. */
const logTimeoutMs = 30_000;

const readSentryLog = (folder: string, signal: AbortSignal): Promise<string> =>
  poll(
    { what: `system calls in the sentry's log below ${folder}`, timeoutMs: logTimeoutMs, intervalMs: 100, signal },
    async () => {
      const name = (await readdir(folder).catch(() => [])).find((each) => /\bboot\b/.test(each));
      const text = name === undefined ? "" : await readFile(join(folder, name), "utf8");
      return / X \w+\(/.test(text) ? text : undefined;
    },
  );
