/** What the density suite measures with. Runs in the measuring worker. */
import { reportStage } from "../../../reports/records/progress.ts";
import type { DensityRecord } from "../../../reports/records/density-record.ts";
import type { UserApplication } from "../../application/read-application.ts";
import type { Dependency, MeasuredFunction } from "../../contracts/application.ts";
import type { MeasureContext } from "../../measure/measure-function.ts";
import { userApplication } from "../../testbed/block/user-application.ts";
import { providedLab } from "../../testbed/run/provided-lab.ts";
import { type AllReady, valuesOf } from "../../testbed/suite/hook.ts";
import type { Services } from "../../testbed/suite/services.ts";
import { type FunctionsBed, functionsBed, type MeasuredOn } from "../latency/testbed.ts";
import { measureDensity } from "./measure-density.ts";

export interface DensityBed<Need extends Dependency> extends FunctionsBed {
  /** Starts idle instances of the function under every selected system, block by block, and hands the record to the reporter. */
  readonly measure: (
    title: string,
    hooks: AllReady<MeasuredOn<Need> & Pick<Services, "stubs">>,
    context: MeasureContext,
  ) => Promise<DensityRecord>;
}

/** @param application of the user's; absent: Hello, Retail! */
export function densityBed<Need extends Dependency>(
  functions: readonly MeasuredFunction<Need>[],
  application?: UserApplication,
): DensityBed<Need> {
  const bed = functionsBed(functions);
  const ofUser = application && { application: userApplication(application) };
  const measure: DensityBed<never>["measure"] = (title, hooks, context) => {
    const measured = bed.measured(title);
    const services = { lab: providedLab(), client: bed.client(), ...valuesOf(hooks), ...ofUser };
    const say = (line: string): void => reportStage(measured.flow, line);
    return measureDensity({ measured, services, application: application?.record, say }, context);
  };
  return { ...bed, measure: (title, hooks, context) => bed.outlast.during(measure(title, hooks, context)) };
}
