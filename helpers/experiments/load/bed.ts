/** What the load suites measure with. Runs in the measuring worker. */
import type { LoadRecord } from "../../../reports/records/load-record.ts";
import type { Dependency, MeasuredFunction } from "../../contracts/application.ts";
import type { MeasureContext } from "../../measure/measure-function.ts";
import { createStage } from "../../testbed/block/stage.ts";
import { providedLab } from "../../testbed/run/provided-lab.ts";
import { type AllReady, valuesOf } from "../../testbed/suite/hook.ts";
import { type FunctionsBed, functionsBed, type MeasuredOn } from "../latency/testbed.ts";
import { measureLoad } from "./measure-load.ts";
import type { StepTarget } from "./run-step.ts";

export interface LoadBed<Need extends Dependency> extends FunctionsBed {
  /** Offers every rate to the function under every selected system, block by block. */
  readonly measure: (
    title: string,
    hooks: AllReady<MeasuredOn<Need> & { readonly emptyTarget: StepTarget }>,
    context: MeasureContext,
  ) => Promise<LoadRecord>;
}

/** The empty target replaces them under load. */
const noFloors = { measure: () => Promise.resolve({ floors: [], lost: [] }) };

export function loadBed<Need extends Dependency>(functions: readonly MeasuredFunction<Need>[]): LoadBed<Need> {
  const bed = functionsBed(functions);
  const measure: LoadBed<never>["measure"] = async (title, hooks, context) => {
    const lab = providedLab();
    const { config } = lab;
    const measured = bed.measured(title);
    const { emptyTarget, ...up } = valuesOf(hooks);
    const { systems } = up;
    const plan = { ...config.plan, label: measured.label, systems: systems.map(({ name }) => name) };
    const services = { lab, client: bed.client(), replicas: config.load.replicas, floors: noFloors, ...up };
    const stage = createStage(measured, services, plan);
    return await measureLoad({ measured, systems, lab, stage, emptyTarget }, context);
  };
  return { ...bed, measure: (title, hooks, context) => bed.outlast.during(measure(title, hooks, context)) };
}
