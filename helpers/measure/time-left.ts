import type { Sample } from "../../reports/records/record.ts";
import type { Plan } from "./plan.ts";

export interface TimeLeft {
  /** After each sample. `nowMs` on the monotonic clock. */
  add(sample: Pick<Sample, "block" | "phase" | "position">, nowMs: number): void;
  /**
   * Until the last block is through, ms; `undefined` before there is anything to tell it from.
   * @param blocks the plan's unless given
   */
  etaMs(blocks?: number): number | undefined;
  /** Rounds are planned again, and blocks where their number is given. */
  resize(size: Pick<Plan, "rounds" | "warmupRounds"> & Partial<Pick<Plan, "blocks">>): void;
}

/** Rounds after the cold one that a block must have before its pace is believed. */
const roundsNeeded = 3;

/**
 * How long a function still takes. A block is sandboxes to start, which takes as long as hundreds of calls, and rounds:
 * each part is estimated from itself. A precise run may stop earlier than its last block.
 * @param blocksBefore complete ones of a resumed run
 */
export function createTimeLeft(
  {
    systems,
    blocks: most,
    pauseMs = 0,
    ...size
  }: Pick<Plan, "systems" | "blocks" | "rounds" | "warmupRounds" | "pauseMs">,
  { startMs, blocksBefore = 0 }: { readonly startMs: number; readonly blocksBefore?: number },
): TimeLeft {
  let { rounds, warmupRounds } = size;
  let planned = most;
  const openingsMs: number[] = [];
  let block: number | undefined;
  let blocksBegun = 0;
  let lastMs = startMs;
  const pace = { warmup: paceOf(), measured: paceOf() };
  let measuredHere = 0;
  return {
    add({ block: of, phase, position }, nowMs) {
      if (of !== block) {
        block = of;
        blocksBegun++;
        measuredHere = 0;
        openingsMs.push(nowMs - lastMs); // its first call is a cold one, which is part of the start
        lastMs = nowMs;
      }
      if (position < systems.length - 1) return;
      if (phase === "measured") measuredHere++;
      if (phase === "warmup" || phase === "measured") pace[phase].add(nowMs - lastMs);
      lastMs = nowMs;
    },
    resize(chosen) {
      ({ rounds, warmupRounds, blocks: planned = planned } = chosen);
    },
    etaMs(blocks = planned) {
      if (pace.warmup.count() + pace.measured.count() < roundsNeeded) return undefined;
      const measuredMs = pace.measured.count() > 0 ? pace.measured.meanMs() : pace.warmup.meanMs() + pauseMs;
      const warmupMs = pace.warmup.count() > 0 ? pace.warmup.meanMs() : measuredMs;
      const roundsMs = rounds * measuredMs + warmupRounds * warmupMs;
      const openingMs = openingsMs.reduce((sum, each) => sum + each, 0) / openingsMs.length;
      const blocksLeft = Math.max(0, blocks - blocksBefore - blocksBegun);
      const roundsLeft = blocksBefore + blocksBegun > blocks ? 0 : rounds - measuredHere;
      return roundsLeft * measuredMs + blocksLeft * (openingMs + roundsMs);
    },
  };
}

function paceOf() {
  let sumMs = 0;
  let count = 0;
  return {
    add(roundMs: number) {
      sumMs += roundMs;
      count++;
    },
    count: () => count,
    meanMs: () => sumMs / count,
  };
}
