import { wholeNumber } from "./kinds.ts";
import type { Variable } from "./variable.ts";

/** Settings of the density suite. */
export const densityVariables = {
  KALIUM_DENSITY_INSTANCES: {
    schema: wholeNumber(1, 1_000),
    shownDefault: "16",
    meaning: "Most idle instances of one system at a time. In `smoke`: 2. docs/density.md",
  },
  KALIUM_DENSITY_MEMORY_MIB: {
    schema: wholeNumber(64, 10_000_000),
    shownDefault: "half of the machine's free memory",
    meaning: "Most memory of these instances in MiB; half of the free memory is the limit in any case",
  },
} as const satisfies Record<`KALIUM_DENSITY_${string}`, Variable>;
