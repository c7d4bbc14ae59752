import type { LatencyRecord } from "../../reports/records/record.ts";
import { variantNamed } from "../../fixtures/variants/index.ts";
import type { MeasuredFunction } from "../contracts/application.ts";
import { type ComparedSystem, workloadOf } from "../config/systems.ts";
import type { MeasuredRun } from "./measured-run.ts";

/** What every record of a measured function begins with. */
export function recordHead(
  measured: MeasuredFunction,
  systems: readonly ComparedSystem[],
  { runId, config, watchdog }: Pick<MeasuredRun, "runId" | "config" | "watchdog">,
  application?: LatencyRecord["application"],
) {
  const own = application?.functions.every(({ image }) => image.startsWith("hello-retail/")) ?? true;
  const { flow, label, starred } = measured;
  return {
    runId,
    startedAt: new Date().toISOString(),
    flow,
    label,
    starred,
    ...(application && { application }),
    baseline: config.baseline,
    ...(own && { watchdog: { name: watchdog.name, digest: watchdog.digest } }), // images of others bring their own
    systems: systems.map((system) => {
      const note = variantNamed(system.variant).expectation?.(measured)?.note;
      const workload = own ? { workload: workloadOf(system, config) } : {}; // what others do is their own business
      return { ...system, ...workload, ...(note !== undefined && { note }) };
    }),
  };
}
