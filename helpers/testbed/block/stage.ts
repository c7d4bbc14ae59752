import { functions as deployedFunctions } from "../../../fixtures/hello-retail/deployed-functions.ts";
import type { Void } from "../../../reports/records/record.ts";
import { nowNs, nsToMs } from "../../base/clock.ts";
import type { MeasuredFunction } from "../../contracts.ts";
import type { Plan } from "../../measure/plan.ts";
import type { OpenBlock, Stage } from "../../measure/stage.ts";
import { watchArtifactBlock } from "../../guards/artifact/block.ts";
import { watchCluster } from "./cluster-watch.ts";
import { createCheckedCall } from "./checked-call.ts";
import { endWithBlock } from "./end-with-block.ts";
import { createDatabaseCheck } from "./database-check.ts";
import { deployBlock } from "./deploy-block.ts";
import { functionsBehind } from "./deployment.ts";
import type { Services } from "../../experiments/latency/testbed.ts";
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
    const artifact = await watchArtifactBlock(measured, services, block);
    const cluster = await watchCluster(services.lab);
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
        call: createCheckedCall(measured, services),
        floors: async () => {
          try {
            const measured = (await floors?.measure(signal)) ?? { floors: [], lost: [] };
            if (measured.lost.length > 0) await artifact.keepEvidence();
            return measured;
          } catch (error) {
            if ((await cluster.changes()).length === 0) throw error;
            return { floors: [], lost: [] }; // the block is void anyway, and its floors are missing
          }
        },
        inspect: async (samples) => {
          const restarted = await deployed.restarted();
          const isOfBlock = ({ system, block: only }: Void): boolean =>
            only !== undefined || systems.some((one) => one.name === system && one.guard === "artifact"); // it kills pods
          const lost: readonly Void[] = [
            ...(await artifact.inspect(deployed.proofs, samples)),
            ...restarted.filter(isOfBlock).map((entry) => ({ ...entry, block })),
            ...(await cluster.changes()).map((reason) => ({ block, reason })),
          ];
          const others: readonly Void[] = [
            ...(await traffic.after(samples)),
            ...((await database?.after()) ?? []),
            ...(await deployed.guarded(samples)),
            ...restarted.filter((entry) => !isOfBlock(entry)),
          ];
          if (lost.length + others.length > 0) await artifact.keepEvidence();
          return [...lost, ...endWithBlock(others, lost, block)];
        },
        remove: deployed.remove,
        [Symbol.asyncDispose]: () => deployed[Symbol.asyncDispose](),
      };
    } catch (error) {
      await deployed[Symbol.asyncDispose]();
      throw error;
    }
  };
  return { open };
}
