import { autoOr, oneOf, percent, wholeNumber } from "./kinds.ts";
import type { Variable } from "./variable.ts";

/** Settings of the plan: how much is measured, and in which order. */
export const planVariables = {
  KALIUM_PROFILE: {
    schema: oneOf("quick", "paper", "rigorous", "smoke"),
    preset: "quick",
    meaning:
      "`quick`: 5 blocks or more, rounds by what a function costs, about a quarter of an hour on 2 quiet cores; `paper`: 20 calls as in the artifact, half an hour; `rigorous`: up to 40 blocks of 100 rounds, until precise; `smoke`: a test of the installation, not a measurement",
  },
  KALIUM_METRICS: {
    schema: oneOf("all", "latency", "kubelet"),
    preset: "all",
    meaning:
      "`all`: beside latency, processor time, memory and start of every sandbox, where this machine can tell; `latency`: nothing else; `kubelet`: on a cluster, too, where each block then waits one to three minutes for its kubelets. docs/price.md",
  },
  KALIUM_BLOCKS: {
    schema: wholeNumber(1, 100),
    shownDefault: "from the profile",
    meaning: "Maximum number of blocks per function; each block starts fresh sandboxes",
  },
  KALIUM_ROUNDS: {
    schema: wholeNumber(1, 100_000),
    shownDefault: "from the profile",
    meaning: "Measured rounds per block; every system is called once per round",
  },
  KALIUM_WARMUP: {
    schema: autoOr(wholeNumber(1, 100_000)),
    shownDefault: "from the profile",
    meaning: "Rounds before the measured ones; the first is the cold start. `auto`: until steady, at most 200",
  },
  KALIUM_PAUSE_MS: {
    schema: wholeNumber(0, 600_000),
    shownDefault: "from the profile",
    meaning: "Pause before each measured round, ms",
  },
  KALIUM_PRECISION: {
    schema: percent,
    shownDefault: "from the profile",
    meaning:
      "A function ends early when every ratio's 95 % interval is at most this wide to each side, in percent (checked after 10, 14, 20, 28 and 40 blocks). 0: never early",
  },
  KALIUM_BUDGET_MINUTES: {
    schema: wholeNumber(0, 10_000),
    shownDefault: "from the profile",
    meaning:
      "Maximum time of a run in minutes, shared by its functions; `quick` spends all of it where it narrows intervals most. 0: no limit",
  },
  KALIUM_SEED: {
    schema: wholeNumber(0, 2 ** 31 - 1),
    shownDefault: "random, recorded",
    meaning: "Seed of every random choice: the same seed gives the same calls in the same order",
  },
  KALIUM_CONNECTION: {
    schema: oneOf("keepalive", "fresh"),
    shownDefault: "from the profile",
    meaning: "`keepalive` reuses one connection per function, `fresh` connects for every call",
  },
} as const satisfies Record<`KALIUM_${string}`, Variable>;
