import { variantNamed } from "../../fixtures/variants/index.ts";
import type { MeasuredFunction } from "../contracts/application.ts";
import { type ComparedSystem, workloadOf } from "../config/systems.ts";
import type { MeasuredRun } from "./measured-run.ts";

/** What every record of a measured function begins with. */
export function recordHead(
  measured: MeasuredFunction,
  systems: readonly ComparedSystem[],
  { runId, config, watchdog }: Pick<MeasuredRun, "runId" | "config" | "watchdog">,
) {
  const { flow, label, starred } = measured;
  return {
    runId,
    startedAt: new Date().toISOString(),
    flow,
    label,
    starred,
    baseline: config.baseline,
    watchdog: { name: watchdog.name, digest: watchdog.digest },
    systems: systems.map((system) => {
      const note = variantNamed(system.variant).expectation?.(measured)?.note;
      return { ...system, workload: workloadOf(system, config), ...(note !== undefined && { note }) };
    }),
  };
}
