/**
 * What a suite measures with: hooks (helpers/testbed/suite/hooks.ts) create what its functions need, and `measure` takes
 * what they created; without one of them a suite does not compile. Runs in the measuring worker; the gateway and the
 * database server belong to the main process (helpers/testbed/run/) and are reached by URL.
 */
import { reportStage } from "../../../reports/records/progress.ts";
import type { LatencyRecord } from "../../../reports/records/record.ts";
import type { Dependency, MeasuredFunction } from "../../contracts/application.ts";
import type { ComparedSystem } from "../../config/systems.ts";
import type { UserApplication } from "../../application/read-application.ts";
import { watchGuardStages } from "../../guards/watch-stages.ts";
import { measureFunction, type MeasureContext } from "../../measure/measure-function.ts";
import type { Plan } from "../../measure/plan.ts";
import type { Stage } from "../../measure/stage.ts";
import { createStage } from "../../testbed/block/stage.ts";
import { userApplication } from "../../testbed/block/user-application.ts";
import { labClient } from "../../testbed/run/lab-gateway.ts";
import { providedLab } from "../../testbed/run/provided-lab.ts";
import { titleOf } from "../../testbed/run/selected-tests.ts";
import { placedError } from "../../testbed/run/service-starter.ts";
import type { Floors } from "../../testbed/suite/floors.ts";
import { type AllReady, valuesOf } from "../../testbed/suite/hook.ts";
import type { ServicesFor } from "../../testbed/suite/needed-services.ts";
import type { Services } from "../../testbed/suite/services.ts";
import { type SuiteBed, suiteBed } from "../../testbed/suite/suite-bed.ts";

/** A suite of measured functions. */
export interface FunctionsBed extends SuiteBed {
  /** Titles of the tests: the figure's labels, with its asterisks. */
  readonly titles: readonly string[];
  /** The measured function of a title. */
  readonly measured: (title: string) => MeasuredFunction;
}

/** What hooks must have created before functions with these needs are measured under the selected systems. */
export type MeasuredOn<Need extends Dependency> = ServicesFor<Need> & { readonly systems: readonly ComparedSystem[] };

export interface Testbed<Need extends Dependency> extends FunctionsBed {
  /** Deploys, measures and removes the function under every selected system, block by block. */
  readonly measure: (
    title: string,
    hooks: AllReady<MeasuredOn<Need> & { readonly floors: Floors } & Pick<Services, "stubs">>,
    context: MeasureContext,
  ) => Promise<LatencyRecord>;
}

export function functionsBed(functions: readonly MeasuredFunction[]): FunctionsBed {
  return {
    ...suiteBed({
      lab: providedLab,
      connect: (lab) => labClient(lab, lab.config.plan.connection),
      systems: ({ config }) => config.systems,
      say: (stage) => reportStage(functions[0]?.flow ?? "", stage),
    }),
    titles: functions.map(titleOf),
    measured: (title) => {
      const measured = functions.find((candidate) => titleOf(candidate) === title);
      if (measured === undefined) throw new TypeError(`no measured function has the title ${title}`);
      return measured;
    },
  };
}

/** @param application of the user's; absent: Hello, Retail! */
export function testbed<Need extends Dependency>(
  functions: readonly MeasuredFunction<Need>[],
  application?: UserApplication,
): Testbed<Need> {
  const bed = functionsBed(functions);
  const ofUser = application && { application: userApplication(application) };
  const measure: Testbed<never>["measure"] = async (title, hooks, context) => {
    const lab = providedLab();
    const measured = bed.measured(title);
    const services = { lab, client: bed.client(), replicas: 1, ...valuesOf(hooks), ...ofUser };
    const { systems } = services;
    const stageOf = (plan: Plan): Stage => createStage(measured, services, plan);
    try {
      const stages = await watchGuardStages(lab, systems);
      const record = await measureFunction(
        { measured, systems, lab, stageOf, ...(application && { application: application.record }) },
        context,
      );
      await stages.write(record);
      return record;
    } catch (error) {
      throw placedError(error, lab);
    }
  };
  return { ...bed, measure: (title, hooks, context) => bed.outlast.during(measure(title, hooks, context)) };
}
