/** The parts of the experiment, each with deployments of its own; every part writes down what is known so far. */
import { writeAccuracy } from "../../../reports/records/store.ts";
import type { AccuracyRecord, AttackOutcome } from "../../../reports/records/accuracy-record.ts";
import { nowNs, nsToMs } from "../../base/clock.ts";
import type { Round } from "../../kalium/learn/accuracy.ts";
import type { Semantics } from "../../kalium/core/flow-graph.ts";
import { type Build, buildCompromised, deployApplication, originalBuild } from "./application.ts";
import {
  type AccuracyCurve,
  fittingPolicy,
  learntPolicy,
  measureCurve,
  normalisationFor,
  roundsNeeded,
} from "./curve.ts";
import { attackOutcomes, freshRequests } from "./detection.ts";
import { type PhaseGuard, startPhaseGuard } from "./phase-guard.ts";
import { makeCases, readArrivals, runAttacks } from "./run-attacks.ts";
import { requestsPerRound, type RoundsPlan, runRounds, tracedRounds } from "./run-rounds.ts";
import type { AccuracySurroundings } from "./surroundings.ts";

export interface Experiment {
  /** Records the workload's rounds and computes false positives over training rounds. */
  readonly recordRounds: () => Promise<AccuracyCurve>;
  /** Enforces what all recorded rounds teach on fresh requests to the live functions. */
  readonly enforceOnFreshRequests: () => Promise<NonNullable<AccuracyRecord["enforced"]>>;
  /** Attacks compromised functions: unguarded, then under each semantics that is compared. */
  readonly attack: () => Promise<NonNullable<AccuracyRecord["attacks"]>>;
}

/** A graph of `reference` is recorded one request after the other, and a few rounds show what there is. */
const referenceRounds = 60;

/** @throws {KaliumError} of its parts; `attack` and `enforceOnFreshRequests` need what `recordRounds` recorded */
export function accuracyExperiment(around: AccuracySurroundings): Experiment {
  const { lab, system } = around;
  const { rounds, requests, casesPerClass } = lab.config.accuracy;
  const { seed } = lab.config.plan;
  let recorded: readonly Round[] = [];
  let record: AccuracyRecord = {
    schema: "kalium-bench/accuracy@1",
    runId: lab.runId,
    application: "Hello, Retail!",
    system: system.name,
    normalise: normalisationFor("strict"),
    workloadSeed: seed,
    times: [],
    notes: [`Under reference URLs are normalised to ${normalisationFor("reference")}.`],
  };

  const timed = async <T>(part: string, work: () => Promise<T>): Promise<T> => {
    const startNs = nowNs();
    const result = await work();
    record = { ...record, times: [...record.times, { part, ms: Math.round(nsToMs(nowNs() - startNs)) }] };
    return result;
  };
  const write = async (part: Partial<AccuracyRecord>): Promise<void> => {
    record = { ...record, ...part };
    await writeAccuracy(lab.resultsDirectory, record);
  };
  const inPhase = <T>(
    { build, ...phase }: { name: string; semantics: Semantics; policy?: string; build: Build },
    work: (guard: PhaseGuard) => Promise<T>,
  ): Promise<T> =>
    timed(phase.name, async () => {
      await around.databases.reset([system]);
      await using stack = new AsyncDisposableStack();
      const guard = stack.use(await startPhaseGuard(lab, phase));
      stack.use(await deployApplication(around, guard, build));
      return await work(guard);
    });
  const recordOriginal = (semantics: Semantics, plan: RoundsPlan): Promise<readonly Round[]> =>
    inPhase({ name: `record-${semantics}`, semantics, build: originalBuild(around) }, async (guard) => {
      await runRounds(around, guard, plan);
      return tracedRounds(await guard.verdicts(), plan);
    });

  const attackUnder = (
    guardName: AttackOutcome["guard"],
    { semantics, policy, build }: { semantics: Semantics; policy?: string; build: Build },
  ): Promise<readonly AttackOutcome[]> =>
    inPhase(
      { name: `attack-${guardName}`, semantics, build, ...(policy !== undefined && { policy }) },
      async (guard) => {
        const cases = makeCases(around, { seed, perClass: casesPerClass, prefix: `attack-${guardName}` });
        await runAttacks(around, guard, { cases, oneByOne: semantics !== "strict" });
        return attackOutcomes(cases, await guard.verdicts(), {
          guard: guardName,
          arrivals: await readArrivals(around),
        });
      },
    );

  return {
    recordRounds: async () => {
      recorded = await recordOriginal("strict", { prefix: "round", rounds, seed });
      const curve = await timed("learning", () => Promise.resolve(measureCurve(recorded, seed)));
      await write({ curve });
      return curve;
    },
    enforceOnFreshRequests: async () => {
      const plan = { prefix: "fresh", rounds: Math.ceil(requests / requestsPerRound), seed: seed + 1 };
      const policy = learntPolicy(recorded, "strict");
      const phase = { name: "enforce-strict", semantics: "strict", policy, build: originalBuild(around) } as const;
      const fresh = await inPhase(phase, async (guard) => {
        await runRounds(around, guard, plan);
        return await guard.verdicts();
      });
      const needed = roundsNeeded(recorded, tracedRounds(fresh, plan), seed);
      const enforced = { semantics: "strict", rounds: recorded.length, needed, ...freshRequests(fresh) };
      await write({ enforced });
      return enforced;
    },
    attack: async () => {
      const build = await buildCompromised(around);
      const plan = { prefix: "reference", rounds: Math.min(rounds, referenceRounds), seed: seed + 2, oneByOne: true };
      const sequential = await recordOriginal("reference", plan);
      const attacks = { seed, casesPerClass, outcomes: [] as AttackOutcome[] };
      const under = async (...of: Parameters<typeof attackUnder>): Promise<void> => {
        attacks.outcomes.push(...(await attackUnder(...of)));
        await write({ attacks });
      };
      await under("none", { semantics: "strict", build });
      await under("strict", { semantics: "strict", build, policy: learntPolicy(recorded, "strict") });
      const fitting = fittingPolicy(sequential, "reference");
      const taught = `The policy for reference was learnt from ${fitting.rounds} of ${sequential.length} rounds`;
      const why = fitting.rounds < sequential.length ? "; with more, a node would have more than 20 successors" : "";
      await write({ notes: [...(record.notes ?? []), `${taught}${why}.`] });
      await under("reference", { semantics: "reference", build, policy: fitting.policy });
      return attacks;
    },
  };
}
