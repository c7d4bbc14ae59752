import { variantNamed } from "../../fixtures/variants/index.ts";
import type { MeasuredFunction } from "../contracts.ts";
import type { Lab } from "../testbed/run/lab.ts";
import type { ComparedSystem } from "../config/systems.ts";

/** What every record of a measured function begins with. */
export function recordHead(
  measured: MeasuredFunction,
  systems: readonly ComparedSystem[],
  { runId, config: { baseline } }: Pick<Lab, "runId" | "config">,
) {
  const { flow, label, starred } = measured;
  return {
    runId,
    startedAt: new Date().toISOString(),
    flow,
    label,
    starred,
    baseline,
    systems: systems.map((system) => {
      const note = variantNamed(system.variant).expectation?.(measured)?.note;
      return { ...system, ...(note !== undefined && { note }) };
    }),
  };
}
