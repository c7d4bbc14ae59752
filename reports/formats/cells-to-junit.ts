import { type Cell, type Comparison, gapText } from "../comparison.ts";
import { systemTitle } from "../figures/figure-order.ts";
import { settled } from "../stats/verdict.ts";
import { quotable } from "../quotable.ts";
import { verdictText } from "../verdict-text.ts";
import { type JunitCase, toJunit } from "./to-junit.ts";

/** One test case per comparison; a measurement that found a difference has not failed. */
export const cellsToJunit = ({ cells }: Comparison): string =>
  toJunit(
    "figure-8",
    cells.filter(({ system, baseline, aaOf }) => system !== baseline && aaOf === undefined).map(caseOf),
  );

function caseOf(cell: Cell): JunitCase {
  const { label, system, judgement } = cell;
  const state = judgement !== undefined && quotable(cell) && settled(judgement) ? "passed" : "skipped";
  const text = verdictText(cell) || gapText(cell);
  return { group: label, name: systemTitle(system), text, state };
}
