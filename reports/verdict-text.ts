/** The verdict of a cell as every table, file and line prints it. */
import type { Cell } from "./comparison.ts";
import type { JudgedRatio } from "./judge-cells.ts";
import type { Verdict } from "./stats/verdict.ts";
import { quotable } from "./quotable.ts";
import { marginText, type Sides } from "./stats/words.ts";
import { dash, formatRatioWith } from "./tables/numbers.ts";

type Planned = Parameters<typeof quotable>[0];

/** Empty for the baseline, and where there is nothing to compare. */
export function verdictText({
  state,
  voids,
  plan,
  judgement,
  aaOf,
  ratio,
  noiseFloor,
}: Pick<Cell, "voids" | "judgement" | "aaOf" | "ratio" | "noiseFloor"> & Planned & { readonly state: string }): string {
  if (state === "void") return `void: ${voids.join("; ")}`;
  if (!quotable({ plan })) return "";
  if (aaOf === undefined) return judgement?.text ?? "";
  if (noiseFloor === undefined) return "";
  return `noise floor ${marginText(noiseFloor)}${leavesOutOne(ratio) ? ", leaves out 1" : ""}`;
}

/** Whether an A/A arm seems to differ from the system that it repeats. */
export const leavesOutOne = (ratio: Cell["ratio"]): boolean =>
  ratio?.interval !== undefined && (ratio.interval.low > 1 || ratio.interval.high < 1);

/** The verdict in one word for programs: what more and less of the measured is called, `no difference`, `not settled`. */
export function verdictWord(cell: Pick<JudgedRatio, "judgement"> & Planned, sides: Sides): string | undefined {
  const { judgement } = cell;
  if (judgement === undefined || !quotable(cell)) return undefined;
  const words: Partial<Record<Verdict, string>> = { slower: sides.above, faster: sides.below };
  return words[judgement.verdict] ?? judgement.verdict;
}

/** The ratio of a cell that has one value per block: `0.26 [0.25, 0.28]`, or why there is none. */
export function blockRatioText(
  cell: Pick<JudgedRatio, "ratio"> & Planned & Pick<Cell, "system" | "baseline"> & { readonly state: string },
): string {
  const { state, system, baseline, ratio } = cell;
  if (state === "void") return "void";
  if (state === "unknown") return "not known";
  if (!quotable(cell)) return dash;
  if (system === baseline) return "1 (baseline)";
  return ratio === undefined ? dash : formatRatioWith(ratio.ratio, ratio.interval);
}
