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
}

/** Counts samples for the live line of a measured function; tells the reporter at the end of each round. */
export function createProgressMeter(
  task: { readonly id: string },
  plan: Plan,
  { baseline, resumed, blocks, endMs }: MeterOptions,
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
  const latenciesNs = new Map<string, number[]>(systems.map((system) => [system, []]));
  let done = blocksBefore * rounds * systems.length;
  const report = (stage?: string): void => {
    const etaMs = etaMsAt(nsToMs(nowNs()));
    reportProgress(task, {
      label,
      done,
      total: Math.max(total(), done),
      baseline,
      perSystem: Object.fromEntries(
        [...latenciesNs].map(([system, values]) => [
          system,
          { count: values.length, ...(values.length > 0 && { medianNs: median(values) }) },
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
      if (sample.phase === "measured") {
        done++;
        if (sample.outcome === "ok") latenciesNs.get(sample.system)?.push(sample.latencyNs);
      }
      left.add(sample, nsToMs(nowNs()));
      if (sample.position === systems.length - 1) report();
    },
  };
}

const countOf = ({ length }: readonly string[]): string => `${length} ${length === 1 ? "system" : "systems"}`;
