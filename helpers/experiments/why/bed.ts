/** What the suite of why measures with. Runs in the measuring worker. */
import { existsSync } from "node:fs";
import { recordFile } from "../../../reports/records/artifact.ts";
import type { CallCountRecord, SandboxCounts } from "../../../reports/records/call-count-record.ts";
import { readJson } from "../../../reports/records/json-file.ts";
import type { LatencyRecord } from "../../../reports/records/record.ts";
import { systemCallsPath, writeCallCounts } from "../../../reports/records/store.ts";
import { systemCallRecordSchema } from "../../../reports/records/system-call-record.ts";
import type { UserApplication } from "../../application/read-application.ts";
import { messageOf } from "../../base/errors.ts";
import { referenceOf } from "../../config/why-reference.ts";
import type { Dependency, MeasuredFunction } from "../../contracts/application.ts";
import type { MeasureContext } from "../../measure/measure-function.ts";
import { userApplication } from "../../testbed/block/user-application.ts";
import { providedLab } from "../../testbed/run/provided-lab.ts";
import { valuesOf } from "../../testbed/suite/hook.ts";
import { type Testbed, testbed } from "../latency/testbed.ts";
import { comparedRuntimes, measureSystemCalls } from "../system-calls/measure.ts";
import { countInSandbox, countingSystems } from "./count-in-sandbox.ts";
import { countInvocations } from "./count-invocations.ts";

export interface ExplainedFunction {
  readonly latency: LatencyRecord;
  readonly counts: CallCountRecord;
}

export interface WhyBed<Need extends Dependency> extends Omit<Testbed<Need>, "measure"> {
  /**
   * Measures operations of the operating system, once in a run; then the function, as a latency suite does; then counts
   * the system calls of its invocations in a block of its own.
   */
  readonly explain: (
    title: string,
    hooks: Parameters<Testbed<Need>["measure"]>[1],
    context: MeasureContext,
  ) => Promise<ExplainedFunction>;
}

/** @param application of the user's; absent: Hello, Retail! */
export function whyBed<Need extends Dependency>(
  functions: readonly MeasuredFunction<Need>[],
  application?: UserApplication,
): WhyBed<Need> {
  const { measure, ...bed } = testbed(functions, application);
  const ofUser = application && { application: userApplication(application) };
  const priceOperations = async ({ task, signal }: MeasureContext, names: readonly string[]): Promise<void> => {
    const lab = providedLab();
    const path = systemCallsPath(lab.resultsDirectory);
    if (await isComplete(path, lab.config.plan.blocks)) return;
    await measureSystemCalls(lab, bed.client(), comparedRuntimes(names), signal);
    await recordFile(task, path);
  };
  const explain: WhyBed<Need>["explain"] = async (title, hooks, context) => {
    const lab = providedLab();
    const values = valuesOf(hooks);
    const reference = referenceOf(values.systems);
    await bed.outlast.during(
      priceOperations(
        context,
        values.systems.map(({ name }) => name),
      ),
    );
    const latency = await measure(title, hooks, context);
    const services = { ...values, ...ofUser, lab, client: bed.client(), replicas: 1, systems: [reference] as const };
    const measured = bed.measured(title);
    const counting = countInvocations(measured, services, context.signal);
    /** A count that fails is named in the report, which keeps what has been measured. */
    const withSandboxes = async (counted: CallCountRecord): Promise<CallCountRecord> => {
      const inSandbox: SandboxCounts[] = [];
      for (const [at, system] of countingSystems(values.systems).entries()) {
        const one = { ...services, systems: [system] as const };
        const found = countInSandbox(measured, one, { nth: 1 + at, signal: context.signal });
        inSandbox.push(await found.catch((error: unknown) => uncounted(system.name, error, context.signal)));
      }
      return inSandbox.length === 0 ? counted : { ...counted, inSandbox };
    };
    const counts = await bed.outlast.during(counting.then(withSandboxes));
    await recordFile(context.task, await writeCallCounts(lab.resultsDirectory, counts));
    return { latency, counts };
  };
  return { ...bed, explain };
}

/** @throws the error where the run is to end */
function uncounted(system: string, error: unknown, { aborted }: AbortSignal): SandboxCounts {
  if (aborted) throw error;
  return { system, tracer: "runsc --strace", calls: [], problem: messageOf(error).split("\n")[0] ?? "unknown" };
}

/** A run that was cut while it measured operations has some of their blocks: they are measured again. */
async function isComplete(path: string, blocks: number): Promise<boolean> {
  if (!existsSync(path)) return false;
  const { series } = await readJson(path, systemCallRecordSchema);
  return new Set(series.map(({ block }) => block)).size >= blocks;
}
