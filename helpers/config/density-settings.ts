import type { DensityPlan } from "../../reports/records/density-record.ts";
import { KaliumError } from "../base/errors.ts";
import { densityBlocks, densityInstances } from "./profiles.ts";
import type { Values } from "./variables.ts";

/** Of the density suite. */
export type DensitySettings = Pick<DensityPlan, "blocks" | "instances" | "memoryBytes">;

export const densityOf = (values: Values): DensitySettings => ({
  blocks: values.KALIUM_BLOCKS ?? densityBlocks[values.KALIUM_PROFILE],
  instances: values.KALIUM_DENSITY_INSTANCES ?? densityInstances(values.KALIUM_PROFILE),
  ...(values.KALIUM_DENSITY_MEMORY_MIB !== undefined && { memoryBytes: values.KALIUM_DENSITY_MEMORY_MIB * 2 ** 20 }),
});

/** Elsewhere nobody could keep the limit of memory. @throws {KaliumError} E_CONFIG */
export function forDensity<Settings extends { readonly platform: string }>(config: Settings): Settings {
  if (config.platform === "local") return config;
  throw new KaliumError("E_CONFIG", `KALIUM_PLATFORM is ${config.platform}, and density is measured on this machine`, {
    hint: "Unset KALIUM_PLATFORM.",
  });
}
