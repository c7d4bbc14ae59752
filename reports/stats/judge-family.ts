import { holmAdjust } from "./holm.ts";
import { type LogEstimate, pValue } from "./interval.ts";
import { lookFactor } from "./looks.ts";
import { type Judgement, judge } from "./verdict.ts";
import type { Sides } from "./words.ts";

/** One comparison of a report. */
export interface FamilyMember {
  /** Its variance with what the other cells lend. */
  readonly log: LogEstimate;
  readonly blocks: number;
  /** As a log ratio; absent without A/A arm. */
  readonly noiseFloor: number | undefined;
  /** How often it has been looked at, this time included; absent: once. */
  readonly looks?: number | undefined;
}

export interface JudgedMember {
  /** Holm's over the whole family, times what the looks cost; `undefined` without replication. */
  readonly adjustedP: number | undefined;
  readonly judgement: Judgement;
}

/**
 * The verdicts of all comparisons of one report, in the order given. Over all of them, and over all looks at them, at
 * most 5 % of reports claim a difference that is not there.
 * @param threshold the smallest difference that matters, as a share
 * @param sides what more and less of the measured is called; absent: slower, faster
 */
export function judgeFamily(
  members: readonly FamilyMember[],
  { threshold, sides }: { readonly threshold?: number; readonly sides?: Sides } = {},
): readonly JudgedMember[] {
  const tested = members.flatMap(({ log, looks = 1 }, at) => {
    const p = pValue(log);
    return p === undefined ? [] : [{ at, p: Math.min(1, p * lookFactor(looks)) }];
  });
  const adjusted = holmAdjust(tested.map(({ p }) => p));
  const open = Math.max(1, adjusted.filter((p) => !(p < 0.05)).length);
  const adjustedPs = new Map(tested.map(({ at }, index) => [at, adjusted[index]]));
  return members.map(({ log, looks = 1, ...member }, at) => {
    const adjustedP = adjustedPs.get(at);
    const comparisons = open * lookFactor(looks + 1);
    return { adjustedP, judgement: judge(log, { ...member, adjustedP, comparisons, threshold, sides }) };
  });
}
