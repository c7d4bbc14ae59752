import { functions as deployedFunctions } from "../../fixtures/hello-retail/deployed-functions.ts";
import type { Void } from "../../reports/record.ts";
import { nowNs, nsToMs } from "../clock.ts";
import type { MeasuredFunction } from "../contracts.ts";
import type { Plan } from "../measure/plan.ts";
import type { OpenBlock, Stage } from "../measure/stage.ts";
import { watchArtifactBlock } from "./artifact-block.ts";
import { watchCluster } from "./cluster-watch.ts";
import { createCheckedCall } from "./checked-call.ts";
import { createDatabaseCheck } from "./database-check.ts";
import { deployBlock } from "./deploy-block.ts";
import { functionsBehind } from "./deployment.ts";
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
        floors: async () => (await floors?.measure(signal)) ?? [],
        inspect: async (samples) => {
          const restarted = await deployed.restarted();
          const own = restarted.filter(({ system }) =>
            systems.some((one) => one.name === system && one.guard === "artifact"),
          );
          const lost = [
            ...(await artifact.inspect(deployed.proofs, samples)),
            ...own.map((entry) => ({ ...entry, block })), // its guard, or the loss of it, kills pods
          ];
          const others = [
            ...(await traffic.after(samples)),
            ...((await database?.after()) ?? []),
            ...(await deployed.guarded(samples)),
            ...restarted.filter((entry) => !own.includes(entry)),
            ...(await cluster.changes()).map((reason) => ({ block, reason })),
          ];
          // What else is wrong with a system whose block is lost anyway comes of the same, and ends with the block.
          const ended = (entry: Void): Void =>
            lost.some(({ system }) => system === entry.system) ? { ...entry, block } : entry;
          return [...lost, ...others.map(ended)];
        },
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
