import type { Flag, Sample } from "../../reports/records/record.ts";
import { nowNs, nsToMs } from "../base/clock.ts";
import { fewestWarmup, longestWarmupMs } from "./allocation.ts";
import { plannedRounds, type Plan, type PlannedCall } from "./plan.ts";
import { isSteady, windowCalls } from "./steady-state.ts";

/** Longest time that a block may take to become steady; the calls are limited by the plan. */
const capNs = 60e9;

export interface WarmUp {
  readonly plan: Plan;
  readonly block: number;
  /** Makes the calls and answers their samples in order. */
  readonly run: (calls: readonly PlannedCall[]) => Promise<readonly Sample[]>;
  /** Monotonic, ns. Default: the machine's. */
  readonly now?: () => number;
}

/** What a first warm-up was like. */
export interface Paced {
  readonly warmupRounds: number;
  /** The round of first calls, and the quickest of the others, ms: other work on the machine must not size the whole function. */
  readonly coldMs: number;
  readonly roundMs: number;
}

/** In the first block of a function whose costs are not known: as many rounds as the plan says, or as fit into a second. */
export async function pacedWarmUp(
  { plan, block, run, now = nowNs }: WarmUp,
  mostRounds = plan.warmupRounds,
): Promise<Paced> {
  const rounds = (from: number) => run(plannedRounds(plan, block, { kind: "warmup", from, count: 1 }));
  const startNs = now();
  await rounds(0);
  const warmNs = now();
  let done = 1;
  let roundMs = Infinity;
  const spentMs = (): number => nsToMs(now() - warmNs);
  while (done < fewestWarmup || (done < mostRounds && spentMs() * (done / (done - 1)) < longestWarmupMs)) {
    const beganMs = spentMs();
    await rounds(done++);
    roundMs = Math.min(roundMs, spentMs() - beganMs);
  }
  return { warmupRounds: done, coldMs: nsToMs(warmNs - startNs), roundMs };
}

export interface WarmUpRule {
  /** What `plan` says of its rounds, given as `10` or `3 to 10`: `until steady, at most 200`. */
  readonly words: (rounds: string) => string;
  /** Makes the rounds before the measured ones. What it flags is still measured: leaving it out would hide it. */
  readonly run: (warmUp: WarmUp) => Promise<readonly Flag[]>;
}

/** By the plan's name for them. */
export const warmUpRules: Readonly<Record<NonNullable<Plan["warmup"]>, WarmUpRule>> = {
  fixed: {
    words: (rounds) => rounds,
    run: async ({ plan, block, run }) => {
      await run(plannedRounds(plan, block, { kind: "warmup", count: plan.warmupRounds }));
      return [];
    },
  },
  detected: {
    words: (rounds) => `until steady, at most ${rounds}`,
    run: untilSteady,
  },
};

export const warmUpRuleOf = ({ warmup = "fixed" }: Pick<Plan, "warmup">): WarmUpRule => warmUpRules[warmup];

/** By the plan's rule. */
export const warmUp = (options: WarmUp): Promise<readonly Flag[]> => warmUpRuleOf(options.plan).run(options);

/** As many rounds as the plan says, or until every system has been steady. */
async function untilSteady({ plan, block, run, now = nowNs }: WarmUp): Promise<readonly Flag[]> {
  const startNs = now();
  const restless = new Map<string, number[]>(plan.systems.map((system) => [system, []]));
  let done = 0;
  while (restless.size > 0 && done < plan.warmupRounds && now() - startNs < capNs) {
    const count = Math.min(windowCalls, plan.warmupRounds - done);
    for (const { system, latencyNs } of await run(plannedRounds(plan, block, { kind: "warmup", from: done, count })))
      restless.get(system)?.push(latencyNs);
    done += count;
    for (const [system, latencies] of restless) {
      if (isSteady(latencies, now() - startNs)) restless.delete(system);
    }
  }
  return [...restless.keys()].map((system) => ({
    kind: "no-steady-state",
    system,
    block,
    detail: `not steady within ${done} calls and ${Math.round((now() - startNs) / 1e9)} s`,
  }));
}
