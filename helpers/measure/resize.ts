import type { Config } from "../config/config.ts";
import { allocate, type FunctionNeeds, type PlanSize, sizeMs } from "./allocation.ts";

/** What the first block of a function has shown before its measured rounds. */
export interface FirstCosts {
  /** Databases and sandboxes, ms. */
  readonly openMs: number;
  /** The round of first calls, ms. */
  readonly coldMs: number;
  /** The quickest later round, ms. */
  readonly roundMs: number;
  /** Rounds so far, the first included. */
  readonly warmupRounds: number;
}

/**
 * Floors and checks after the rounds, ms, and removal as a share of what it takes to start: 300 ms and 0.2 to 0.35, 2 cores,
 * 30 November 2026.
 */
const closing = { checkMs: 300, share: 0.3 } as const;

export interface Resizing {
  readonly label: string;
  /** This function and those that have not begun. */
  readonly left: readonly string[];
  readonly sizes: NonNullable<Config["sizes"]>;
  /** For all of them, from the start of this function, ms. */
  readonly timeMs: number;
}

/**
 * The size of a function whose true costs are known by now, among those that have not begun: what is left is divided as
 * the whole was. Looks at costs alone, never at how systems compare. The last function has no number of blocks: what its
 * predecessors left is for it.
 * @returns what the function is expected to take with it, too, ms
 */
export function resized(
  { label, left, sizes, timeMs }: Resizing,
  { openMs, coldMs, roundMs, warmupRounds }: FirstCosts,
): (Pick<PlanSize, "rounds" | "warmupRounds"> & { readonly blocks?: number; readonly timeMs: number }) | undefined {
  const needs = left.flatMap((other): readonly FunctionNeeds[] => {
    const costs = sizes[other]?.costs;
    return costs === undefined ? [] : [{ label: other, ...costs }];
  });
  const own = needs.find((each) => each.label === label);
  if (own === undefined) return undefined;
  const blockMs = openMs * (1 + closing.share) + closing.checkMs + Math.max(0, coldMs - roundMs);
  const known = { ...own, blockMs, roundMs };
  const most = Math.max(warmupRounds, ...left.map((other) => sizes[other]?.warmupRounds ?? 0));
  const others = needs.filter((each) => each !== own);
  const size = allocate([known, ...others], { timeMs, warmupRounds: most }).get(label);
  if (size === undefined) return undefined;
  const { blocks, rounds } = size;
  const ownMs = sizeMs(known, { blocks, rounds, warmupRounds });
  return { rounds, warmupRounds, timeMs: ownMs, ...(others.length > 0 && { blocks }) };
}

/** What the functions that come later need at the least, ms. */
export const reservedMs = ({ label, left, sizes }: Omit<Resizing, "timeMs">): number =>
  left.reduce((sum, other) => sum + (other === label ? 0 : (sizes[other]?.leastMs ?? 0)), 0);
