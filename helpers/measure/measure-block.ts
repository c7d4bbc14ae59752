import type { LatencyRecord, Sample } from "../../reports/record.ts";
import type { Journal } from "../../reports/store.ts";
import type { Answer, MeasuredFunction } from "../contracts.ts";
import { nowNs, nsToMs } from "../clock.ts";
import type { CallResult } from "../gateway/caller.ts";
import { deployBlock } from "../testbed/deploy-block.ts";
import { serviceName } from "../testbed/deployment.ts";
import type { Services } from "../testbed/testbed.ts";
import { type Plan, type PlannedCall, plannedCalls } from "./plan.ts";
import { runCalls } from "./run-calls.ts";

export interface BlockContext {
  readonly plan: Plan;
  readonly block: number;
  readonly journal: Journal;
  /** Hears every sample, after the journal. */
  readonly progress: (sample: Sample) => void;
  /** Start of the function's test on the monotonic clock. */
  readonly startNs: number;
  readonly signal: AbortSignal;
}

/**
 * One block: databases back to the seed, all systems deployed side by side in fresh sandboxes, warm-up rounds, measured
 * rounds in random order, everything removed. The unit of replication (docs/method.md).
 */
export async function measureBlock(
  measured: MeasuredFunction,
  services: Services,
  { plan, block, journal, progress, startNs, signal }: BlockContext,
): Promise<void> {
  const { systems, databases } = services;
  const lap = stopwatch();
  await databases?.reset(systems);
  const resetMs = lap();
  await using deployed = await deployBlock(measured, services, { plan, block, signal });
  const deployMs = lap();
  for (const proof of deployed.proofs) journal.append({ kind: "proof", data: proof });

  const calls = plannedCalls(plan, block);
  const invoke = caller(measured, services, startNs);
  const onSample = (sample: Sample): void => {
    journal.append({ kind: "sample", data: sample });
    if (sample.position === systems.length - 1) journal.sync();
    progress(sample);
  };
  const run = (chosen: readonly PlannedCall[]): Promise<void> =>
    runCalls({ label: measured.label, calls: chosen, invoke, onSample, signal });
  await run(calls.filter(({ phase }) => phase !== "measured"));
  const warmupMs = lap();
  await run(calls.filter(({ phase }) => phase === "measured"));
  const measureMs = lap();

  await deployed.remove();
  const times: LatencyRecord["blocks"][number] = { block, resetMs, deployMs, warmupMs, measureMs, removeMs: lap() };
  journal.append({ kind: "block", data: times });
}

/** Makes one planned call through the gateway and checks its answer, outside the clock. */
function caller(
  { entry, path, input, check }: MeasuredFunction,
  { client, systems, images }: Services,
  startNs: number,
): (call: PlannedCall) => Promise<Sample> {
  const testbed = { imageUrl: images?.imageUrl ?? "" };
  const request = { path, body: input(testbed), headers: { "content-type": "application/json" } };
  const names = new Map(systems.map((system) => [system.name, serviceName(system, entry)]));
  return async (call) => {
    const result = await client.invoke(names.get(call.system) ?? call.system, request);
    return { ...call, ...sampleOf(result, startNs, (answer) => check(answer, testbed)) };
  };
}

function sampleOf(result: CallResult, startNs: number, check: (answer: Answer) => string | undefined) {
  const { outcome, status, headers, body, startedAtNs, latencyNs, firstByteNs, supervisorNs } = result;
  const wrong =
    outcome === "answered" ? check({ status, contentType: headers["content-type"], body: body.toString() }) : undefined;
  const reason = wrong ?? result.reason;
  return {
    startedAtNs: startedAtNs - startNs,
    latencyNs,
    ...(firstByteNs !== undefined && { firstByteNs }),
    status,
    outcome: outcome !== "answered" ? outcome : wrong === undefined ? ("ok" as const) : ("wrong-answer" as const),
    ...(reason !== undefined && { reason }),
    ...(supervisorNs !== undefined && { supervisorNs }),
  };
}

/** Each call gives the time since the one before, ms. */
function stopwatch(): () => number {
  let lastNs = nowNs();
  return () => {
    const elapsedNs = nowNs() - lastNs;
    lastNs += elapsedNs;
    return nsToMs(elapsedNs);
  };
}
