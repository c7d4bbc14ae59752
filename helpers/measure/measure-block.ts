import { setTimeout as sleep } from "node:timers/promises";
import type { Flag, LatencyRecord, Sample, Void } from "../../reports/records/record.ts";
import type { Journal } from "../../reports/records/store.ts";
import { nsToMs, stopwatch } from "../base/clock.ts";
import { startClockCheck } from "./clock-check.ts";
import { startLoadCheck } from "./load-check.ts";
import { createLoopWatch, isLate, isStarved } from "./loop-watch.ts";
import { startStillCheck } from "./still-check.ts";
import { plannedRounds, type Plan, type PlannedCall } from "./plan.ts";
import { createPriceMeter } from "./price.ts";
import type { FirstCosts } from "./resize.ts";
import { runCalls } from "./run-calls.ts";
import type { OpenBlock, Stage } from "./stage.ts";
import { machineVoids } from "./validity.ts";
import { pacedWarmUp, warmUp } from "./warm-up.ts";

export interface BlockContext {
  readonly plan: Plan;
  readonly block: number;
  readonly stage: Stage;
  readonly journal: Journal;
  /** Hears every sample, after the journal. */
  readonly onSample: (sample: Sample) => void;
  /** Start of the function's test on the monotonic clock. */
  readonly originNs: number;
  /** Index of this session of the run; a resumed run has several. */
  readonly session: number;
  readonly signal: AbortSignal;
  /** Of a first block: chooses the rounds of this block and the others, once it has warmed up. */
  readonly resize?: ((costs: FirstCosts) => Plan) | undefined;
  /** The void block in whose place this one is measured. */
  readonly repeats?: number | undefined;
}

type BlockTimes = LatencyRecord["blocks"][number];

export interface FinishedBlock {
  readonly times: BlockTimes;
  /** What voids it, or the whole cell. */
  readonly voids: readonly Void[];
}

/**
 * One block: databases back to the seed, all systems side by side in fresh sandboxes, warm-up rounds, measured rounds in
 * random order, checks, everything removed. The unit of replication (docs/method.md). Its last line makes it count: a
 * block that is cut off before is void.
 */
export async function measureBlock(context: BlockContext): Promise<FinishedBlock> {
  const { block, stage, journal, session, signal, repeats, resize } = context;
  let { plan } = context;
  const clockStep = startClockCheck();
  using still = startStillCheck();
  await using opened = await stage.open(block, signal);
  for (const data of opened.proofs) journal.append({ kind: "proof", data });

  const client = createCaller(context, opened);
  const meter = opened.usage && createPriceMeter(opened.usage, context.originNs);
  await meter?.read("started");
  const samples: Sample[] = [];
  const runAndKeep = async (calls: readonly PlannedCall[]): Promise<readonly Sample[]> => {
    const made = await client.run(calls);
    samples.push(...made);
    return made;
  };
  const endLoad = await startLoadCheck();
  const lap = stopwatch();
  let restless: readonly Flag[] = [];
  if (resize === undefined) restless = await warmUp({ plan, block, run: runAndKeep });
  else {
    const openMs = opened.resetMs + opened.deployMs;
    plan = resize({ openMs, ...(await pacedWarmUp({ plan, block, run: runAndKeep })) });
  }
  const warmupMs = lap();
  await meter?.read("before");
  await runAndKeep(plannedRounds(plan, block, { kind: "measured", count: plan.rounds }));
  await meter?.read("after");
  const measureMs = lap();
  const { reason: stolen, ...load } = await endLoad();
  lap();
  const { floors, lost } = await opened.floors();
  for (const floor of floors) journal.append({ kind: "floor", data: { block, ...floor } });
  const found = [...opened.voids, ...(await opened.inspect(samples))];
  await meter?.outlastIdle(signal);
  await meter?.read("idle");
  const price = meter?.price(samples);
  const checkMs = lap();
  await opened.remove();
  const removeMs = lap();

  const steal: readonly Flag[] = stolen === undefined ? [] : [{ kind: "stolen-time", block, detail: stolen }];
  const missing = [
    ...lost.map((detail): Flag => ({ kind: "floor-lost", block, detail })),
    ...(meter?.problems() ?? []).map((detail): Flag => ({ kind: "price-lost", block, detail })),
  ];
  for (const data of [...restless, ...client.lateRounds, ...steal, ...missing]) journal.append({ kind: "flag", data });
  const voids: readonly Void[] = [
    // What is wrong about the work itself voids the cell; a disturbance from outside, only this block.
    ...found.map((entry) =>
      entry.block === undefined ? { ...entry, reason: `block ${block}: ${entry.reason}` } : entry,
    ),
    ...machineVoids(plan, { block, starved: client.starved(), clockStep: clockStep(), still: still.found() }),
  ];
  for (const data of voids) journal.append({ kind: "void", data });
  const { resetMs, deployMs } = opened;
  const times: BlockTimes = {
    ...{ block, resetMs, deployMs, warmupMs, measureMs, checkMs, removeMs, ...load },
    ...(price && { price }),
    ...(session !== 0 && { environment: session }),
    ...(repeats !== undefined && { repeats }),
  };
  journal.append({ kind: "block", data: times });
  journal.sync();
  return { times, voids };
}

/** Makes planned calls, each of them in the journal before the next, and notes measured rounds with a late client. */
function createCaller({ plan, block, journal, onSample, originNs, signal }: BlockContext, opened: OpenBlock) {
  const watch = createLoopWatch();
  const lateRounds: Flag[] = [];
  let starved = 0;
  const endRound = (round: readonly Sample[]): void => {
    journal.sync();
    const worstNs = watch.takeWorstNs();
    const [first] = round;
    const latencies = round.map(({ latencyNs }) => latencyNs);
    if (first?.phase !== "measured" || !isLate(worstNs, latencies)) return;
    if (isStarved(worstNs, latencies)) starved++;
    const detail = `event loop late by ${nsToMs(worstNs).toFixed(1)} ms`;
    lateRounds.push({ kind: "late-client", block, round: first.round, detail });
  };
  const beforeRound = async (): Promise<void> => {
    await sleep(plan.pauseMs, undefined, { signal });
  };
  const run = async (calls: readonly PlannedCall[]): Promise<readonly Sample[]> => {
    const samples: Sample[] = [];
    await runCalls({
      label: plan.label,
      calls,
      ...(plan.pauseMs !== undefined && calls[0]?.phase === "measured" && { beforeRound }),
      invoke: (call) => watch.around(() => opened.call(call)),
      onSample: (answered) => {
        const sample = { ...answered, startedAtNs: answered.startedAtNs - originNs };
        journal.append({ kind: "sample", data: sample });
        samples.push(sample);
        onSample(sample);
        if (sample.position === plan.systems.length - 1) endRound(samples.slice(-plan.systems.length));
      },
      signal,
    });
    return samples;
  };
  return { run, lateRounds, starved: () => starved };
}
