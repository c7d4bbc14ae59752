import type { LatencyRecord, Sample, Void } from "../../reports/records/record.ts";
import { sizedPlan } from "../../reports/records/sized-plan.ts";
import type { Journal, JournalContents } from "../../reports/records/store.ts";
import { msToNs, nowNs, nsToMs } from "../base/clock.ts";
import { blockRatios } from "./block-ratios.ts";
import { isSpent } from "./budget.ts";
import { measureBlock } from "./measure-block.ts";
import type { Plan } from "./plan.ts";
import type { Stage } from "./stage.ts";
import { owedBlocks, soundBlocks } from "./repeats.ts";
import type { FirstCosts } from "./resize.ts";
import { decideStop, type MeasuredSoFar, reachedBy } from "./stop-rule.ts";
import { timeSpentMs } from "./time-spent.ts";
import { sampleVoids } from "./validity.ts";

/** Rounds of each block, their number (absent: as planned), and the end of the function's time on the monotonic clock, ms. */
export interface Resized extends Pick<Plan, "rounds" | "warmupRounds"> {
  readonly blocks?: number;
  readonly endMs: number;
}

export interface PlanRun {
  readonly plan: Plan;
  readonly baseline: string;
  /** The A/A arm of the baseline, if it is among the systems. */
  readonly control: string | undefined;
  readonly stage: Stage;
  readonly journal: Journal;
  /** End of this function's time, on the monotonic clock, ms; absent: no limit. */
  readonly endMs: number | undefined;
  /** Until when blocks that a claim needs are measured although the function's time is over; absent: no limit. */
  readonly untilMs?: number | undefined;
  /** Chooses rounds and the end of its time when the first block has shown what the function costs; absent: as planned. */
  readonly resize?: ((costs: FirstCosts) => Resized | undefined) | undefined;
  /** A complete function is measured further until it has so many blocks; absent: it stays as it is. */
  readonly settleTo?: number | undefined;
  readonly session: number;
  readonly onSample: (sample: Sample) => void;
  readonly signal: AbortSignal;
}

/**
 * Measures what a plan still lacks, block by block, until the stop rule is content. A journal that was interrupted is
 * continued with a new block: the one that was cut off stays as it is, and does not count. A complete one is measured further
 * by blocks whose number was decided before: no precision that it reaches meanwhile ends it. At the end each void block is
 * measured once more, in a new block, as far as there is time.
 */
export async function runPlan(run: PlanRun): Promise<void> {
  const { journal, onSample } = run;
  const before = journal.resumed;
  let plan: Plan = sizedPlan(run.plan, before?.sized);
  let { endMs } = run;
  const looked = before !== undefined && (before.endedAt !== undefined || before.looks.length > 0);
  const goal = looked ? run.settleTo : undefined;
  if (before?.endedAt !== undefined && (goal === undefined || before.blocks.length >= goal)) return;
  if (before !== undefined && goal !== undefined)
    journal.append({ kind: "look", data: { blocks: before.blocks.length } });
  const rule = (): Pick<Plan, "blocks" | "precisionPercent" | "leastBlocks"> =>
    goal === undefined ? plan : { blocks: goal };
  const samples: Sample[] = [...(before?.samples ?? [])];
  const voids: Void[] = [...(before?.voids ?? [])];
  const blocks: LatencyRecord["blocks"] = [...(before?.blocks ?? [])];
  const finished = new Set(blocks.map(({ block }) => block));
  let block = 1 + Math.max(-1, ...[...(before?.proofs ?? []), ...samples].map((entry) => entry.block));

  const startMs = nsToMs(nowNs());
  const earlier = before === undefined || looked ? { done: 0, ms: 0 } : spentIn(before);
  const originNs = before === undefined ? nowNs() : originOf(before);
  const [since, blocksBefore] = [block, blocks.length];
  /** Its blocks may be chosen after the first of them. */
  const thisLook = (): { readonly since?: number; readonly planned: number } =>
    looked ? { since, planned: rule().blocks - blocksBefore } : { planned: rule().blocks };
  const isOver = (untilMs: number | undefined): boolean => {
    const done = earlier.done + blocks.length - (before?.blocks.length ?? 0);
    return isSpent(untilMs, { nowMs: nsToMs(nowNs()), startMs: startMs - earlier.ms, done });
  };
  const progress = (): MeasuredSoFar => {
    const counted = samples.filter((sample) => finished.has(sample.block));
    const { baseline, control } = run;
    const others = plan.systems.filter((system) => system !== baseline);
    return {
      done: finished.size,
      logRatios: new Map(
        others.map((system) => [
          system,
          blockRatios(counted, voids, { system, baseline, control }).map(({ log }) => log),
        ]),
      ),
      control,
      budgetSpent: isOver(endMs),
      overrun: isOver(run.untilMs),
    };
  };
  const keep = (sample: Sample): void => {
    samples.push(sample);
    onSample(sample);
  };
  const resize = (costs: FirstCosts): Plan => {
    const size = run.resize?.(costs);
    const { rounds, warmupRounds } = { ...plan, warmupRounds: costs.warmupRounds, ...size };
    endMs = size?.endMs ?? endMs;
    const timeMs = size && { timeMs: Math.max(0, Math.round(size.endMs - startMs)) };
    const data = { rounds, warmupRounds, ...timeMs, ...(size?.blocks !== undefined && { blocks: size.blocks }) };
    journal.append({ kind: "size", data });
    return (plan = sizedPlan(plan, data));
  };
  const sized = run.resize === undefined || before?.sized !== undefined || blocks.length > 0;
  const measureNext = async (repeats?: number): Promise<void> => {
    const measured = await measureBlock({
      ...{ ...run, plan, block, originNs, onSample: keep, repeats },
      ...(!sized && blocks.length === 0 ? { resize } : { resize: undefined }),
    });
    voids.push(...measured.voids);
    blocks.push(measured.times);
    finished.add(block++);
  };
  let stop = decideStop(rule(), progress());
  while (stop === undefined) {
    await measureNext();
    stop = decideStop(rule(), progress());
  }
  for (;;) {
    const { profile, leastBlocks = 1 } = plan;
    const [owed] = profile === "smoke" ? [] : owedBlocks({ blocks, voids }, thisLook());
    const enough = soundBlocks({ blocks, voids }).length >= leastBlocks;
    if (owed === undefined || stop.reason === "precise" || (isOver(endMs) && (enough || isOver(run.untilMs)))) break;
    await measureNext(owed);
    stop = { reason: stop.reason, ...reachedBy(progress()) };
  }
  const counted = samples.filter((sample) => finished.has(sample.block));
  for (const data of sampleVoids(plan.systems, counted, voids)) journal.append({ kind: "void", data });
  journal.append({ kind: "stop", data: stop });
  journal.append({ kind: "end", data: { endedAt: new Date().toISOString() } });
}

const spentIn = (before: JournalContents) => ({ done: before.blocks.length, ms: timeSpentMs(before) });

/** The function's first start on this process's clock, so that the times of its samples go on after a break. */
function originOf({ header, samples }: JournalContents): number {
  const sinceStartNs = msToNs(Date.now() - Date.parse(header.startedAt));
  const last = samples.at(-1);
  return nowNs() - Math.max(sinceStartNs, last === undefined ? 0 : last.startedAtNs + last.latencyNs);
}
