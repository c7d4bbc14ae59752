/** What would settle a run: how many blocks of which function, and in which time. The door that `resume` uses. Pure. */
import { compare } from "./comparison.ts";
import type { LatencyRecord } from "./records/record.ts";
import type { Results } from "./records/store.ts";
import { furtherBlocks } from "./stats/further-blocks.ts";
import { settled } from "./stats/verdict.ts";
import { quotable } from "./quotable.ts";

/** A function that is to be measured further. */
export interface Settling {
  readonly label: string;
  /** Finished ones, those before included. */
  readonly toBlocks: number;
  /** Its part of the time, ms. It is not less than what the blocks took so far. */
  readonly withinMs: number;
}

export interface SettlePlan {
  readonly functions: readonly Settling[];
  /** What they are expected to take together, ms. */
  readonly expectedMs: number;
  /** Comparisons that are not settled, and those among them that further blocks would settle. */
  readonly open: number;
  readonly curable: number;
}

/**
 * Functions with comparisons that further blocks would settle, as many as fit into the time, the cheapest first. The
 * number of blocks is decided now, from what is known now, and not changed while they are measured: to look after each
 * would find differences that are not there (`stats/looks.ts`). Where not one function fits, the cheapest has all the time.
 */
export function settlePlan({ latency }: Pick<Results, "latency">, timeMs: number): SettlePlan {
  const cells = compare(latency).cells.filter((cell) => !cell.imported && quotable(cell));
  const open = cells.flatMap(({ label, judgement }) =>
    judgement === undefined || settled(judgement) ? [] : [{ label, judgement }],
  );
  const wanted = latency
    .flatMap((record) => {
      const own = open.filter(({ label }) => label === record.label).map(({ judgement }) => judgement);
      const more = furtherBlocks(own);
      const { length: done } = record.blocks;
      return more === undefined || done === 0
        ? []
        : [{ label: record.label, toBlocks: done + more, costMs: more * blockMs(record) }];
    })
    .sort((a, b) => a.costMs - b.costMs);
  let leftMs = timeMs;
  const fitting = wanted.filter(({ costMs }) => (leftMs -= costMs) >= 0);
  const chosen = fitting.length > 0 ? fitting : wanted.slice(0, 1);
  const expectedMs = chosen.reduce((sum, { costMs }) => sum + costMs, 0);
  return {
    functions: chosen.map(({ label, toBlocks, costMs }) => {
      return { label, toBlocks, withinMs: Math.floor((timeMs * costMs) / expectedMs) };
    }),
    expectedMs,
    open: open.length,
    curable: open.filter(({ judgement }) => judgement.moreBlocks !== undefined).length,
  };
}

/** Of one block with everything about it, ms. */
const blockMs = ({ blocks }: LatencyRecord): number =>
  blocks.reduce((sum, times) => {
    const { resetMs, deployMs, warmupMs, measureMs, removeMs } = times;
    return sum + resetMs + deployMs + warmupMs + measureMs + removeMs;
  }, 0) / blocks.length;
