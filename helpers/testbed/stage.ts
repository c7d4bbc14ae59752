import { functions as deployedFunctions } from "../../fixtures/hello-retail/deployed-functions.ts";
import { variantNamed } from "../../fixtures/variants/index.ts";
import type { Sample } from "../../reports/record.ts";
import { nowNs, nsToMs } from "../clock.ts";
import type { Answer, MeasuredFunction } from "../contracts.ts";
import type { CallResult } from "../gateway/caller.ts";
import type { Plan, PlannedCall } from "../measure/plan.ts";
import type { OpenBlock, Stage } from "../measure/stage.ts";
import { createDatabaseCheck } from "./database-check.ts";
import { deployBlock } from "./deploy-block.ts";
import { functionsBehind, serviceName } from "./deployment.ts";
import type { Services } from "./testbed.ts";
import { startTrafficCheck } from "./traffic-check.ts";

/** The blocks of one measured function on the real testbed. */
export function createStage(measured: MeasuredFunction, services: Services, plan: Plan): Stage {
  const { systems, databases, floors } = services;
  const definitions = functionsBehind(measured, deployedFunctions);
  const database = databases && createDatabaseCheck(databases, systems, definitions);
  const open = async (block: number, signal: AbortSignal): Promise<OpenBlock> => {
    const startNs = nowNs();
    await databases?.reset(systems);
    const voids = (await database?.before()) ?? [];
    const deployNs = nowNs();
    const deployed = await deployBlock(measured, services, { plan, block, signal });
    const deployMs = nsToMs(nowNs() - deployNs);
    try {
      const traffic = await startTrafficCheck(measured, definitions, services);
      return {
        resetMs: nsToMs(deployNs - startNs),
        deployMs,
        proofs: deployed.proofs,
        voids,
        call: caller(measured, services),
        floors: async () => (await floors?.measure(signal)) ?? [],
        inspect: async (samples) => [
          ...(await traffic.after(samples)),
          ...((await database?.after()) ?? []),
          ...(await deployed.restarted()),
        ],
        remove: deployed.remove,
        [Symbol.asyncDispose]: deployed.remove,
      };
    } catch (error) {
      await deployed.remove();
      throw error;
    }
  };
  return { open };
}

/** Makes one planned call through the gateway and checks its answer, outside the clock. */
function caller(
  measured: MeasuredFunction,
  { client, systems, images }: Services,
): (call: PlannedCall) => Promise<Sample> {
  const testbed = { imageUrl: images?.imageUrl ?? "" };
  const { entry, path, check } = measured;
  const body = measured.input(testbed);
  const calls = new Map(
    systems.map((system) => {
      const ofVariant = variantNamed(system.variant).requestHeaders?.(measured);
      const headers = { "content-type": "application/json", ...ofVariant };
      return [system.name, { service: serviceName(system, entry), request: { path, body, headers } }];
    }),
  );
  return async (call) => {
    const planned = calls.get(call.system);
    if (planned === undefined) throw new TypeError(`${call.system} is not a system of this stage`);
    const result = await client.invoke(planned.service, planned.request);
    return { ...call, ...sampleOf(result, (answer) => check(answer, testbed)) };
  };
}

function sampleOf(result: CallResult, check: (answer: Answer) => string | undefined) {
  const { outcome, status, headers, body, startedAtNs, latencyNs, firstByteNs, supervisorNs } = result;
  const wrong =
    outcome === "answered" ? check({ status, contentType: headers["content-type"], body: body.toString() }) : undefined;
  const reason = wrong ?? result.reason;
  return {
    startedAtNs,
    latencyNs,
    ...(firstByteNs !== undefined && { firstByteNs }),
    status,
    outcome: outcome !== "answered" ? outcome : wrong === undefined ? ("ok" as const) : ("wrong-answer" as const),
    ...(reason !== undefined && { reason }),
    ...(supervisorNs !== undefined && { supervisorNs }),
  };
}
