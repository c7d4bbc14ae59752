/** Ratios, noise floors and verdicts of all cells of one report, whatever was measured of them. Pure. */
import { type GeometricMean, geometricMean } from "./stats/geometric-mean.ts";
import { judgeFamily } from "./stats/judge-family.ts";
import { type Prior, priorsOf } from "./stats/moderation.ts";
import { noiseFloorOf } from "./stats/noise-floor.ts";
import { moderatedRatio, type PlainRatio, type Ratio } from "./stats/ratio.ts";
import { type Judgement, undecided } from "./stats/verdict.ts";
import type { Sides } from "./stats/words.ts";

/** One function under one system. */
export interface UnjudgedCell {
  readonly label: string;
  readonly baseline: string;
  /** An A/A arm: the system that it repeats, and is compared with instead of the baseline. */
  readonly aaOf: string | undefined;
  readonly imported: boolean;
  /** How often the results of its function have been looked at, this time included. */
  readonly looks: number;
  readonly ratio: PlainRatio | undefined;
}

/** A cell's ratio with the variance, noise floor and verdict that the other cells of the report give it. */
export interface JudgedRatio {
  /** Absent for the baseline itself, for a void cell and without values in a common block. */
  readonly ratio: Ratio | undefined;
  /** Adjusted for all comparisons of the report, and for the looks at them: `judge-family.ts`. */
  readonly adjustedP: number | undefined;
  /** Of its function, as a log ratio; absent without A/A arm. */
  readonly noiseFloor: number | undefined;
  /** Absent where there is no ratio, and for the A/A arm, which measures noise. */
  readonly judgement: Judgement | undefined;
}

const importedCell = undecided("imported: one block, and the order of the calls is unknown");

/** A cell of whatever kind, judged. */
export type Judged<Cell extends UnjudgedCell> = Omit<Cell, keyof JudgedRatio> & JudgedRatio;

/** In the order given. @param sides what more and less of the measured is called; absent: slower, faster */
export function judgeCells<Cell extends UnjudgedCell>(
  cells: readonly Cell[],
  { sides }: { readonly sides?: Sides } = {},
): readonly Judged<Cell>[] {
  const moderated = withPriors(cells);
  const floored = cells.map((cell, at) => {
    const control = cells.findIndex((one) => one.label === cell.label && one.aaOf === cell.baseline);
    return { cell, ratio: moderated[at]?.ratio, noiseFloor: moderated[control]?.floor };
  });
  const family = floored.flatMap(({ cell: { aaOf, imported, looks }, ratio, noiseFloor }, at) =>
    ratio === undefined || aaOf !== undefined || imported
      ? []
      : [{ at, log: ratio.log, blocks: ratio.blocks, noiseFloor, looks }],
  );
  const judged = judgeFamily(family, sides && { sides });
  const judgedAt = new Map(family.map(({ at }, index) => [at, judged[index]]));
  return floored.map(({ cell, ratio, noiseFloor }, at) => {
    const { adjustedP, judgement } = judgedAt.get(at) ?? {};
    const unjudged = cell.imported && ratio !== undefined && cell.aaOf === undefined ? importedCell : undefined;
    return { ...cell, ratio, noiseFloor, adjustedP, judgement: judgement ?? unjudged };
  });
}

/** Each cell's variance with what the others lend; `floor`: what an A/A arm shows. Imported files have one block and lend nothing. */
function withPriors(
  cells: readonly UnjudgedCell[],
): readonly { readonly ratio: Ratio | undefined; readonly floor: number | undefined }[] {
  const known = cells.filter(({ ratio, imported }) => ratio !== undefined && !imported);
  const priors = new Map<UnjudgedCell, Prior | undefined>();
  priorsOf(known.map(({ label, ratio }) => ({ group: label, ...(ratio?.variance ?? nothing) }))).forEach(
    (prior, at) => {
      const cell = known[at];
      if (cell !== undefined) priors.set(cell, prior);
    },
  );
  return cells.map((cell) => {
    const { ratio, aaOf } = cell;
    if (ratio === undefined) return { ratio, floor: undefined };
    const prior = priors.get(cell);
    const floor = aaOf === undefined ? undefined : noiseFloorOf(ratio.variance.logs, prior);
    return { ratio: moderatedRatio(ratio, prior), floor };
  });
}

const nothing = { logs: [], blocks: [], within: undefined };

/** By system, over the cells that have a ratio of the application's work. */
export function meansOf(
  cells: readonly (Pick<JudgedRatio, "ratio"> & { readonly system: string; readonly otherWork: string | undefined })[],
): ReadonlyMap<string, GeometricMean> {
  const means = new Map<string, GeometricMean>();
  for (const [system, own] of Map.groupBy(cells, (cell) => cell.system)) {
    const mean = geometricMean(
      own.flatMap(({ ratio, otherWork }) => (otherWork === undefined ? (ratio?.own ?? []) : [])),
    );
    if (mean !== undefined) means.set(system, mean);
  }
  return means;
}
