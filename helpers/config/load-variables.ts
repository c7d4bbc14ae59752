import { flag, numbers, oneOf, wholeNumber } from "./kinds.ts";
import type { Variable } from "./variable.ts";

/** Settings of the load suite. */
export const loadVariables = {
  KALIUM_LOAD_RATES: {
    schema: numbers(0.1, 10_000),
    shownDefault: "10,20,50,100",
    meaning: "Rates to offer, calls per second, ascending. In `smoke`: 20. docs/load.md",
  },
  KALIUM_LOAD_SECONDS: {
    schema: wholeNumber(1, 600),
    shownDefault: "10",
    meaning: "Seconds per rate, system and block. In `smoke`: 1",
  },
  KALIUM_LOAD_CLIENTS: {
    schema: wholeNumber(1, 10_000),
    preset: "64",
    meaning:
      "Maximum number of calls in flight. A call that is due while all clients are busy waits, and its wait counts",
  },
  KALIUM_LOAD_REPLICAS: {
    schema: wholeNumber(1, 100),
    preset: "1",
    meaning: "Instances of every function; OpenFaaS CE and the local gateway allow 5",
  },
  KALIUM_LOAD_BOUND_MS: {
    schema: wholeNumber(1, 60_000),
    preset: "50",
    meaning: "Latency bound in ms, counted from when a call was due",
  },
  KALIUM_LOAD_QUANTILE: {
    schema: oneOf("p50", "p90", "p99", "p99.9"),
    preset: "p99",
    meaning: "Share of the planned calls that must get a right answer within the bound",
  },
  KALIUM_LOAD_ARRIVALS: {
    schema: oneOf("poisson", "constant"),
    preset: "poisson",
    meaning: "`poisson`: random gaps between calls; `constant`: equal gaps",
  },
  KALIUM_LOAD_SEARCH: {
    schema: flag,
    preset: "0",
    meaning: "`1` searches for the highest rate that meets the bound, to 10 %",
  },
} as const satisfies Record<`KALIUM_LOAD_${string}`, Variable>;
