import { randomBytes } from "node:crypto";
import type { Sandbox, SandboxExit } from "../contracts/sandbox.ts";
import { within } from "../base/deadline.ts";
import { KaliumError, messageOf } from "../base/errors.ts";
import type { DeploymentPlan } from "./deployment-plan.ts";
import type { FunctionLog } from "./function-log.ts";
import type { Admit } from "./admit.ts";
import { createInstanceLines } from "./instance-lines.ts";
import { specOf } from "./instance-spec.ts";
import { tellWhyNotReady, whyNotReady } from "./not-ready.ts";
import { readinessOf, untilReady } from "./readiness.ts";
import { proveRuntime } from "./runtime-proof.ts";
import { toRunningInstance, type RunningInstance } from "./instance.ts";
import { watchStart } from "./start-stages.ts";

export interface InstanceOptions {
  readonly plan: DeploymentPlan;
  readonly runId: string;
  readonly log: FunctionLog;
  readonly readyTimeoutMs: number;
  /** From asking an instance to stop to killing it. */
  readonly stopGraceMs: number;
  readonly gatewayTimeoutMs: number;
  /** Absent: no guard is beside this gateway. */
  readonly admit?: Admit | undefined;
  readonly signal: AbortSignal;
}

const proofTimeoutMs = 60_000;

/**
 * Starts an instance and waits until its function answers and its runtime is proven.
 * @throws {KaliumError} E_DEPLOY that names the function and its last lines; the instance is removed then
 */
export async function startInstance(options: InstanceOptions): Promise<RunningInstance> {
  const { plan, log, signal, readyTimeoutMs } = options;
  const id = `kb-${options.runId}-${randomBytes(3).toString("hex")}`;
  const lines = createInstanceLines(id, log);
  const spec = await specOf(plan, id, { onLine: lines.onLine, signal });
  const watch = watchStart(lines.listening);
  const sandbox = await plan.runtime.driver.start(spec, signal);
  try {
    const proof = await untilExit(sandbox, plan, async () => {
      const { path, counts } = readinessOf(plan);
      using _watch = tellWhyNotReady(sandbox, plan, lines);
      const { connect } = watch;
      await untilReady(sandbox, path, { hint: lines.listening, timeoutMs: readyTimeoutMs, signal, counts, connect });
      const start = watch.started(sandbox.stages);
      const deadline = { what: `the proof of the runtime of ${id}`, timeoutMs: proofTimeoutMs, signal };
      return await within(deadline, (proving) => proveRuntime(sandbox, start, proving));
    });
    lines.note(`ready after ${(proof.startNs / 1e6).toFixed(0)} ms`);
    return toRunningInstance({ name: plan.deployment.service, sandbox, lines, proof, ...options });
  } catch (error) {
    const seen = signal.aborted ? undefined : await whyNotReady(sandbox, plan, lines.last());
    await sandbox.stop(0);
    const words = lines.last();
    const printed = words.length === 0 ? "it printed nothing" : `its last lines: ${words.join("\n")}`;
    const reason = [messageOf(error), seen?.reason, printed].filter(Boolean).join("; ");
    const message = `${plan.deployment.service} did not become ready: ${reason}`;
    const details = { instance: id, lastLines: words, lasting: seen?.lasting === true };
    throw new KaliumError("E_DEPLOY", message, { cause: error, details, ...(seen && { hint: seen.hint }) });
  }
}

async function untilExit<T>(sandbox: Sandbox, plan: DeploymentPlan, work: () => Promise<T>): Promise<T> {
  const exited = sandbox.exited.then((exit) => {
    throw new KaliumError("E_SANDBOX", `it ${exitReason(exit, plan.memoryLimitBytes)}`);
  });
  exited.catch(() => undefined); // an exit after this wait is the caller's business
  const working = work();
  working.catch(() => undefined); // an exit is the better reason; what it breaks need not be reported
  return Promise.race([exited, working]);
}

/** How an instance ended, as the end of "it ...". */
export function exitReason({ code, signal, outOfMemory }: SandboxExit, memoryLimitBytes: number): string {
  const end = code === null ? `was killed by ${signal ?? "an unknown signal"}` : `exited with code ${code}`;
  return outOfMemory ? `ran out of memory (limit ${Math.round(memoryLimitBytes / 2 ** 20)} MiB) and ${end}` : end;
}
