/** The verdict of a cell as every table, file and line prints it. */
import type { Cell } from "./comparison.ts";
import { marginText } from "./stats/words.ts";

/** The profile `smoke` says whether functions work, by three calls: no number of it means anything. */
export const quotable = ({ plan }: Pick<Cell, "plan">): boolean => plan.profile !== "smoke";

/** Empty for the baseline, and where there is nothing to compare. */
export function verdictText({
  state,
  voids,
  plan,
  judgement,
  aaOf,
  ratio,
  noiseFloor,
}: Pick<Cell, "voids" | "plan" | "judgement" | "aaOf" | "ratio" | "noiseFloor"> & { readonly state: string }): string {
  if (state === "void") return `void: ${voids.join("; ")}`;
  if (!quotable({ plan })) return "";
  if (aaOf === undefined) return judgement?.text ?? "";
  if (noiseFloor === undefined) return "";
  return `noise floor ${marginText(noiseFloor)}${leavesOutOne(ratio) ? ", leaves out 1" : ""}`;
}

/** Whether an A/A arm seems to differ from the system that it repeats. */
export const leavesOutOne = (ratio: Cell["ratio"]): boolean =>
  ratio?.interval !== undefined && (ratio.interval.low > 1 || ratio.interval.high < 1);
