import { reportProgress } from "../../reports/records/progress.ts";
import type { Sample } from "../../reports/records/record.ts";
import { median } from "../../reports/stats/quantile.ts";
import type { JournalContents } from "../../reports/records/store.ts";
import { nowNs, nsToMs } from "../base/clock.ts";
import type { Plan } from "./plan.ts";
import type { Resized } from "./run-plan.ts";
import { createTimeLeft } from "./time-left.ts";

export interface ProgressMeter {
  /** A block is about to start its sandboxes: the longest time without a call. */
  readonly onOpening: (block: number) => void;
  readonly onSample: (sample: Sample) => void;
  /** Rounds and time are planned again. */
  readonly onSize: (size: Resized) => void;
}

export interface MeterOptions {
  readonly baseline: string;
  readonly resumed: JournalContents | undefined;
  /** As planned; where time ends the function, the plan's own are the most that there may be. */
  readonly blocks: number;
  /** End of the function's time, on the monotonic clock, ms. Absent: no limit. */
  readonly endMs: number | undefined;
  /** Who hears it; absent: the reporter. */
  readonly report?: typeof reportProgress;
}

/** Counts samples for the live line of a measured function; tells the reporter at the end of each round. */
export function createProgressMeter(
  task: { readonly id: string },
  plan: Plan,
  { baseline, resumed, blocks, endMs, report: tell = reportProgress }: MeterOptions,
): ProgressMeter {
  const { label, systems, leastBlocks = 1 } = plan;
  let { rounds } = plan;
  let untilMs = endMs;
  const blocksBefore = resumed?.blocks.length ?? 0;
  const left = createTimeLeft(plan, { startMs: nsToMs(nowNs()), blocksBefore });
  const etaMsAt = (nowMs: number): number | undefined => {
    const wholeMs = left.etaMs();
    if (wholeMs === undefined || untilMs === undefined) return wholeMs;
    return Math.max(left.etaMs(leastBlocks) ?? 0, Math.min(wholeMs, untilMs - nowMs));
  };
  const total = (): number => blocks * rounds * systems.length;
  const calls = new Map(systems.map((system) => [system, { count: 0, latenciesNs: [] as number[] }]));
  const count = ({ phase, outcome, system, latencyNs }: Sample): void => {
    const own = calls.get(system);
    if (phase !== "measured" || own === undefined) return;
    own.count++;
    if (outcome === "ok") own.latenciesNs.push(latencyNs);
  };
  const finished = new Set(resumed?.blocks.map(({ block }) => block));
  for (const sample of resumed?.samples ?? []) if (finished.has(sample.block)) count(sample); // a cut block is measured again
  const report = (stage?: string): void => {
    const etaMs = etaMsAt(nsToMs(nowNs()));
    const done = [...calls.values()].reduce((sum, own) => sum + own.count, 0);
    tell(task, {
      label,
      done,
      ...(endMs === undefined && done <= total() && { total: total() }),
      baseline,
      perSystem: Object.fromEntries(
        [...calls].map(([system, { count: made, latenciesNs }]) => [
          system,
          { count: made, ...(latenciesNs.length > 0 && { medianNs: median(latenciesNs) }) },
        ]),
      ),
      ...(etaMs !== undefined && { etaMs }),
      ...(stage !== undefined && { stage }),
    });
  };
  return {
    onOpening: (block) => {
      const planned = block < blocks ? ` of ${blocks}` : ", in the place of a void one";
      report(`block ${block + 1}${endMs === undefined ? planned : ""}: starting sandboxes of ${countOf(systems)}`);
    },
    onSize: (size) => {
      ({ rounds, endMs: untilMs } = size);
      left.resize(size);
    },
    onSample: (sample) => {
      count(sample);
      left.add(sample, nsToMs(nowNs()));
      if (sample.position === systems.length - 1) report();
    },
  };
}

const countOf = ({ length }: readonly string[]): string => `${length} ${length === 1 ? "system" : "systems"}`;
