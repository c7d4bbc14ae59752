/** Operations of the operating system under every runtime, block by block in fresh sandboxes. Runs in the measuring worker. */
import { z } from "zod";
import {
  type OperationName,
  operationNames,
  type SystemCallRecord,
} from "../../../reports/records/system-call-record.ts";
import { writeSystemCalls } from "../../../reports/records/store.ts";
import { KaliumError } from "../../base/errors.ts";
import { type ComparedSystem, serviceName, systemNamed } from "../../config/systems.ts";
import type { GatewayClient } from "../../gateway/client.ts";
import { systemCallsFunction } from "../../images/system-calls-function.ts";
import { shuffledAt } from "../../measure/plan.ts";
import { verifyProof } from "../../runtimes/verify-proof.ts";
import { deploymentOf } from "../../testbed/block/deployment.ts";
import { surroundingsOf } from "../../testbed/block/surroundings.ts";
import type { Lab } from "../../testbed/run/lab.ts";
import { startEcho } from "../../testbed/suite/echo.ts";

const answerSchema = z.object({ count: z.number().int().positive(), ns: z.array(z.number().positive()).min(1) });

/** Longer batches average pauses of the machine away; shorter ones show more of the distribution. */
const batchMs = 2;
const batches = 20;
const smokeBatches = 2;

/** What isolates is compared, so systems that differ in something else are left out. */
export const comparedRuntimes = (systems: readonly string[]): readonly ComparedSystem[] =>
  systems.map(systemNamed).filter(({ variant, guard }) => variant === "vanilla" && guard === "none");

/** @throws {KaliumError} E_DEPLOY, E_RUNTIME_PROOF, E_INVOKE; what whole blocks gave is in the results folder then */
export async function measureSystemCalls(
  lab: Lab,
  client: GatewayClient,
  systems: readonly ComparedSystem[],
  signal: AbortSignal,
): Promise<SystemCallRecord> {
  const { profile, seed, blocks } = lab.config.plan;
  const names = systems.map(({ name }) => name);
  let record: SystemCallRecord = {
    schema: "kalium-bench/system-calls@1",
    runId: lab.runId,
    baseline: names.includes("native") ? "native" : lab.config.baseline,
    systems: systems.map((system) => ({ ...system })),
    plan: { profile, seed, blocks },
    series: [],
  };
  await using echo = await startEcho(lab);
  for (let block = 0; block < blocks; block++) {
    const series: SystemCallRecord["series"] = [];
    await using _deployed = await deployAll(lab, client, systems, signal);
    const place = { seed, label: systemCallsFunction.name };
    for (const operation of shuffledAt(place, operationNames, `${block}`) as readonly OperationName[]) {
      for (const system of shuffledAt(place, names, `${block}/${operation}`)) {
        signal.throwIfAborted();
        const request = { operation, batchMs, batches: profile === "smoke" ? smokeBatches : batches, echo: echo.info };
        const answer = await client.invoke(serviceName(systemNamed(system), systemCallsFunction.name), {
          ...{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(request) },
        });
        if (answer.status !== 200) {
          const reason = answer.reason ?? `status ${answer.status}: ${answer.body.toString().slice(0, 500)}`;
          throw new KaliumError("E_INVOKE", `${operation} under ${system}, block ${block}: ${reason}`);
        }
        series.push({ system, block, operation, ...answerSchema.parse(JSON.parse(answer.body.toString())) });
      }
    }
    record = { ...record, series: [...record.series, ...series] };
    await writeSystemCalls(lab.resultsDirectory, record);
  }
  return record;
}

/** Disposing removes all of them. */
async function deployAll(
  lab: Lab,
  client: GatewayClient,
  systems: readonly ComparedSystem[],
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const image = lab.images.vanilla?.[systemCallsFunction.name]?.reference ?? systemCallsFunction.name;
  await Promise.all(
    systems.map(async (system) => {
      const name = serviceName(system, systemCallsFunction.name);
      const surroundings = { ...surroundingsOf(system, { lab }), proxied: "none" as const, variantSecrets: [] };
      stack.defer(() => client.remove(name));
      await client.deploy({ ...deploymentOf(systemCallsFunction, system, image, surroundings) });
      const ready = await client.waitReady(name, { timeoutMs: lab.config.readyTimeoutMs, signal });
      for (const proof of client.proofs(ready)) {
        const contradiction = verifyProof(proof, system.runtime);
        if (contradiction !== undefined) throw new KaliumError("E_RUNTIME_PROOF", `${name}: ${contradiction}`);
      }
    }),
  );
  return stack.move();
}
