/** What the suite of system calls measures with. Runs in the measuring worker. */
import type { RunnerTestCase } from "vitest";
import { recordFile } from "../../../reports/records/artifact.ts";
import { systemCallsPath } from "../../../reports/records/store.ts";
import type { SystemCallRecord } from "../../../reports/records/system-call-record.ts";
import type { ComparedSystem } from "../../config/systems.ts";
import { labClient } from "../../testbed/run/lab-gateway.ts";
import { providedLab } from "../../testbed/run/provided-lab.ts";
import type { Ready } from "../../testbed/suite/hook.ts";
import { type SuiteBed, suiteBed } from "../../testbed/suite/suite-bed.ts";
import { comparedRuntimes, measureSystemCalls } from "./measure.ts";

export interface SystemCallsBed extends SuiteBed {
  /** Measures under the systems that differ by their runtime alone, and hands the record to the reporter. */
  readonly measure: (
    systems: Ready<readonly ComparedSystem[]>,
    context: { readonly task: Readonly<RunnerTestCase>; readonly signal: AbortSignal },
  ) => Promise<SystemCallRecord>;
}

export function systemCallsBed(): SystemCallsBed {
  const bed = suiteBed({
    lab: providedLab,
    connect: (lab) => labClient(lab),
    systems: () => [],
    say: () => undefined, // no table of this suite is drawn while it runs
  });
  const measure: SystemCallsBed["measure"] = async (systems, { task, signal }) => {
    const lab = providedLab();
    const compared = comparedRuntimes(systems().map(({ name }) => name));
    const record = await measureSystemCalls(lab, bed.client(), compared, signal);
    await recordFile(task, systemCallsPath(lab.resultsDirectory));
    return record;
  };
  return { ...bed, measure: (systems, context) => bed.outlast.during(measure(systems, context)) };
}
