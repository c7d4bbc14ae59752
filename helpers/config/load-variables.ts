import { flag, numbers, oneOf, wholeNumber } from "./kinds.ts";
import type { Variable } from "./variable.ts";

/** Settings of the load suite. */
export const loadVariables = {
  KALIUM_LOAD_RATES: {
    schema: numbers(0.1, 10_000),
    shownDefault: "10,20,50,100",
    meaning: "Load suite: rates that are offered, calls per second, ascending. In `smoke`: 20. docs/load.md",
  },
  KALIUM_LOAD_SECONDS: {
    schema: wholeNumber(1, 600),
    shownDefault: "10",
    meaning: "Load suite: how long each rate is offered to each system, in each block. In `smoke`: 1",
  },
  KALIUM_LOAD_CLIENTS: {
    schema: wholeNumber(1, 10_000),
    preset: "64",
    meaning: "Load suite: most calls in flight; a call that is due when all clients are busy waits, and that counts",
  },
  KALIUM_LOAD_REPLICAS: {
    schema: wholeNumber(1, 100),
    preset: "1",
    meaning: "Load suite: instances of every function; OpenFaaS CE and the local gateway allow 5",
  },
  KALIUM_LOAD_BOUND_MS: {
    schema: wholeNumber(1, 60_000),
    preset: "50",
    meaning: "Load suite: latency bound, ms, from when a call was due",
  },
  KALIUM_LOAD_QUANTILE: {
    schema: oneOf("p50", "p90", "p99", "p99.9"),
    preset: "p99",
    meaning: "Load suite: share of the planned calls that must be answered right within the bound",
  },
  KALIUM_LOAD_ARRIVALS: {
    schema: oneOf("poisson", "constant"),
    preset: "poisson",
    meaning: "Load suite: calls come at random times, or evenly",
  },
  KALIUM_LOAD_SEARCH: {
    schema: flag,
    preset: "0",
    meaning: "Load suite: `1` looks between the rates for the greatest that holds the bound, to 10 %",
  },
} as const satisfies Record<`KALIUM_LOAD_${string}`, Variable>;
