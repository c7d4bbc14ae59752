import type { Sample, Void } from "../../reports/records/record.ts";
import type { Journal, JournalContents } from "../../reports/records/store.ts";
import { msToNs, nowNs, nsToMs } from "../base/clock.ts";
import { blockRatios } from "./block-ratios.ts";
import { isSpent } from "./budget.ts";
import { measureBlock } from "./measure-block.ts";
import type { Plan } from "./plan.ts";
import type { Stage } from "./stage.ts";
import { decideStop, type MeasuredSoFar } from "./stop-rule.ts";
import { replacedBlocks, sampleVoids } from "./validity.ts";

export interface PlanRun {
  readonly plan: Plan;
  readonly baseline: string;
  /** The A/A arm of the baseline, if it is among the systems. */
  readonly control: string | undefined;
  readonly stage: Stage;
  readonly journal: Journal;
  /** End of this function's time, on the monotonic clock, ms; absent: no limit. */
  readonly endMs: number | undefined;
  /** A complete function is measured further until it has so many blocks; absent: it stays as it is. */
  readonly settleTo?: number | undefined;
  readonly session: number;
  readonly onSample: (sample: Sample) => void;
  readonly signal: AbortSignal;
}

/**
 * Measures what a plan still lacks, block by block, until the stop rule is content. A journal that was interrupted is
 * continued with a new block: the one that was cut off stays as it is, and does not count. A complete one is measured further
 * by blocks whose number was decided before: no precision that it reaches meanwhile ends it. A block that only the machine
 * has voided is measured again, a few times.
 */
export async function runPlan(run: PlanRun): Promise<void> {
  const { plan, journal, endMs, onSample } = run;
  const before = journal.resumed;
  const looked = before !== undefined && (before.endedAt !== undefined || before.looks.length > 0);
  const goal = looked ? run.settleTo : undefined;
  if (before?.endedAt !== undefined && (goal === undefined || before.blocks.length >= goal)) return;
  if (before !== undefined && goal !== undefined)
    journal.append({ kind: "look", data: { blocks: before.blocks.length } });
  const rule = goal === undefined ? plan : { blocks: goal };
  const samples: Sample[] = [...(before?.samples ?? [])];
  const voids: Void[] = [...(before?.voids ?? [])];
  const finished = new Set(before?.blocks.map(({ block }) => block));
  let block = 1 + Math.max(-1, ...[...(before?.proofs ?? []), ...samples].map((entry) => entry.block));

  const startMs = nsToMs(nowNs());
  const originNs = before === undefined ? nowNs() : originOf(before);
  const measuredHere = (): number => finished.size - (before?.blocks.length ?? 0);
  // What was disturbed before a complete function is settled has been measured again by then, where that was possible.
  const earlier = new Set(goal === undefined ? [] : finished);
  const replaced = (): number => {
    const own = [...finished].filter((each) => !earlier.has(each));
    return replacedBlocks(own, voids, rule.blocks - earlier.size);
  };
  const progress = (): MeasuredSoFar => {
    const counted = samples.filter((sample) => finished.has(sample.block));
    const { baseline, control } = run;
    const others = plan.systems.filter((system) => system !== baseline);
    return {
      done: finished.size - replaced(),
      logRatios: new Map(
        others.map((system) => [system, blockRatios(counted, voids, { system, baseline }).map(({ log }) => log)]),
      ),
      control,
      budgetSpent: isSpent(endMs, { nowMs: nsToMs(nowNs()), startMs, done: measuredHere() }),
    };
  };
  let stop = decideStop(rule, progress());
  while (stop === undefined) {
    const keep = (sample: Sample): void => {
      samples.push(sample);
      onSample(sample);
    };
    voids.push(...(await measureBlock({ ...run, block, originNs, onSample: keep })));
    finished.add(block++);
    stop = decideStop(rule, progress());
  }
  const counted = samples.filter((sample) => finished.has(sample.block));
  for (const data of sampleVoids(plan.systems, counted, voids)) journal.append({ kind: "void", data });
  journal.append({ kind: "stop", data: stop });
  journal.append({ kind: "end", data: { endedAt: new Date().toISOString() } });
}

/** The function's first start on this process's clock, so that the times of its samples go on after a break. */
function originOf({ header, samples }: JournalContents): number {
  const sinceStartNs = msToNs(Date.now() - Date.parse(header.startedAt));
  const last = samples.at(-1);
  return nowNs() - Math.max(sinceStartNs, last === undefined ? 0 : last.startedAtNs + last.latencyNs);
}
