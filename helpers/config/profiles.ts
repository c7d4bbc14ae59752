import type { LatencyRecord } from "../../reports/records/record.ts";

export type ProfileName = "quick" | "paper" | "rigorous" | "smoke";

type Preset = Omit<LatencyRecord["plan"], "profile" | "seed">;

/** Sizes of the experiment. Every figure here is also a setting of its own. docs/method.md says why. */
export const profiles: Readonly<Record<ProfileName, Preset>> = {
  /** Where the user chooses neither blocks nor rounds, each function has its own: `plan-sizes.ts`. */
  quick: { blocks: 5, rounds: 20, warmup: "fixed", warmupRounds: 10, connection: "keepalive" },
  /**
   * The artifact's 20 calls per function, each on a connection of its own. As 5 blocks of 4, because an interval needs
   * blocks and a claim needs 5. 17 functions x 20 pauses of 4 s and 85 starts of sandboxes are half an hour; the
   * artifact pauses 5 s between two calls.
   */
  paper: { blocks: 5, rounds: 4, warmup: "fixed", warmupRounds: 10, connection: "fresh", pauseMs: 4_000 },
  rigorous: {
    blocks: 40,
    rounds: 100,
    warmup: "detected",
    warmupRounds: 200,
    connection: "keepalive",
    precisionPercent: 2.5,
    budgetMinutes: 90,
  },
  smoke: { blocks: 1, rounds: 3, warmup: "fixed", warmupRounds: 1, connection: "keepalive" },
};

/** Sizes of the load suite. p99 wants 299 calls of a rate over all blocks: 30 s of 10 per second. */
export const loadSizes = (profile: ProfileName): { readonly ratesPerS: readonly number[]; readonly seconds: number } =>
  profile === "smoke" ? { ratesPerS: [20], seconds: 1 } : { ratesPerS: [10, 20, 50, 100], seconds: 10 };

/** Sizes of the density suite: a block starts all instances of every system. */
export const densityBlocks: Readonly<Record<ProfileName, number>> = { quick: 5, paper: 5, rigorous: 10, smoke: 1 };
export const densityInstances = (profile: ProfileName): number => (profile === "smoke" ? 2 : 16);

/** Sizes of the policy-accuracy suite; a rate of fewer than 30 attacks is none. */
export const accuracySizes: Readonly<
  Record<ProfileName, { readonly rounds: number; readonly requests: number; readonly casesPerClass: number }>
> = {
  quick: { rounds: 800, requests: 1_000, casesPerClass: 30 },
  paper: { rounds: 2_000, requests: 1_000, casesPerClass: 30 },
  rigorous: { rounds: 2_000, requests: 1_000, casesPerClass: 100 },
  smoke: { rounds: 4, requests: 11, casesPerClass: 2 },
};
