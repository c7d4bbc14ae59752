import type { Sample, Void } from "../../../reports/records/record.ts";
import { nowNs, nsToMs } from "../../base/clock.ts";
import { poll } from "../../base/deadline.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import type { Plan } from "../../measure/plan.ts";
import type { OpenBlock, Stage } from "../../measure/stage.ts";
import { guards } from "../../guards/index.ts";
import { watchCluster } from "../../platforms/kubernetes/cluster-watch.ts";
import { helloRetail } from "./application.ts";
import { createCheckedCall } from "./checked-call.ts";
import { endWithBlock } from "./end-with-block.ts";
import { createDatabaseCheck } from "./database-check.ts";
import { deployBlock, type DeployedBlock } from "./deploy-block.ts";
import { functionsBehind } from "../../measure/functions-behind.ts";
import { createLookout, namingLostNodes } from "./lost-node.ts";
import { findLost, partsOf } from "./lost-part.ts";
import type { Services } from "../suite/services.ts";
import { blockUsage } from "./usage.ts";

/** The blocks of one measured function on the real testbed. */
export function createStage(measured: MeasuredFunction, services: Services, plan: Plan): Stage {
  const { systems, databases, floors, application = helloRetail } = services;
  const definitions = functionsBehind(measured, application.functions);
  const database = createDatabaseCheck(databases, systems, definitions);
  /** Systems whose first answer has been right: what is wrong from the first call on is a mistake in the user's file. */
  const proven = new Set<string>();
  const lostNow = async () => namingLostNodes(await findLost(partsOf(services)), services.lab);
  /** Lets the error pass, unless a part of the testbed is gone: then that is the reason. */
  const explain =
    (signal: AbortSignal) =>
    async (error: unknown): Promise<never> => {
      throw (signal.aborted ? undefined : await lostNow()) ?? error;
    };
  /** Throws E_SERVICE, E_MYSQL: no later call can be right. */
  const lookAfter = createLookout(lostNow);
  const open = async (block: number, signal: AbortSignal): Promise<OpenBlock> => {
    const startNs = nowNs();
    await databases.reset(systems);
    const voids = await database.before();
    const cluster = await watchCluster(services.lab);
    const deployNs = nowNs();
    const deployed = await deployBlock(measured, services, { plan, block, signal });
    const deployMs = nsToMs(nowNs() - deployNs);
    try {
      const left = await application.watch(measured, services);
      const usage = blockUsage(measured, deployed.instances, services, signal);
      const call = createCheckedCall(measured, services, { seed: plan.seed, block });
      return {
        resetMs: nsToMs(deployNs - startNs),
        deployMs,
        proofs: deployed.proofs,
        voids,
        ...(usage && { usage }),
        call: async (planned): Promise<Sample> => {
          const { sample, problem } = await call(planned);
          if (problem === undefined) proven.add(sample.system);
          await lookAfter(sample, cluster);
          if (proven.has(sample.system) || application.refuseFirst === undefined) return sample;
          const end = await endBehind(sample, deployed.endOf);
          throw application.refuseFirst(measured, sample, { problem, end });
        },
        floors: async () => {
          try {
            const measured = await floors.measure(signal);
            if (measured.lost.length > 0) await deployed.keepEvidence();
            return measured;
          } catch (error) {
            if ((await cluster.changes()).length === 0) throw error;
            return { floors: [], lost: [] }; // the block is void anyway, and its floors are missing
          }
        },
        inspect: async (samples) => {
          const restarted = await deployed.restarted();
          const isOfBlock = ({ system, block: only }: Void): boolean =>
            only !== undefined || systems.some(({ name, guard }) => name === system && guards[guard].losesInstances);
          const unguarded = await deployed.inspectGuards(samples);
          const lost: readonly Void[] = [
            ...unguarded.filter(({ block: only }) => only !== undefined),
            ...restarted.filter(isOfBlock).map((entry) => ({ ...entry, block })),
            ...(await cluster.changes()).map((reason) => ({ block, reason })),
          ];
          const others: readonly Void[] = [
            ...(await left.after(samples)),
            ...(application.tablesKnown ? await database.after() : []),
            ...unguarded.filter(({ block: only }) => only === undefined),
            ...restarted.filter((entry) => !isOfBlock(entry)),
          ];
          if (lost.length + others.length > 0) await deployed.keepEvidence();
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
  return {
    open: async (block, signal) => {
      const opened = await open(block, signal).catch(explain(signal));
      return {
        ...opened,
        floors: () => opened.floors().catch(explain(signal)),
        inspect: (samples) => opened.inspect(samples).catch(explain(signal)),
        remove: () => opened.remove().catch(explain(signal)),
      };
    },
  };
}

/** A call that no function has answered: why its instance ended, where it did. A gateway may notice some seconds later. */
async function endBehind(
  { outcome, status, system }: Sample,
  endOf: DeployedBlock["endOf"],
): Promise<string | undefined> {
  if (outcome !== "error" && status < 500) return undefined;
  return poll({ what: `the end of an instance of ${system}`, timeoutMs: noticedMs, intervalMs: 200 }, () =>
    endOf(system),
  ).catch(() => undefined);
}
const noticedMs = 10_000;
