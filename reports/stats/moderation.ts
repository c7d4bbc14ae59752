/**
 * Variances that inform each other. A run has dozens of cells with a handful of blocks each: a cell's own variance is
 * poorly known, but the others were measured on the same machine in the same hour. The moderated t of Smyth 2004
 * ("Linear models and empirical Bayes methods", Statistical Applications in Genetics and Molecular Biology 3(1)), with
 * a prior of its own for each cell, from all cells but itself:
 *
 *   ln variance of a cell = trend + function + cell
 *
 * The trend follows what the cell's rounds let expect (`within`), the function's part is shared by its systems. Both
 * random parts are estimated from the variances' logarithms by the method of moments.
 */
import { blockCorrelation } from "./block-correlation.ts";
import type { LogEstimate } from "./interval.ts";
import { digamma, pentagamma, trigamma, trigammaInverse } from "./polygamma.ts";
import type { VarianceCell } from "./variance-cell.ts";

/** Scaled inverse chi-squared distribution of a cell's variance of one block. */
export interface Prior {
  readonly variance: number;
  readonly degrees: number;
}

/** Fewer cells, or functions, have little to lend: the plain t then stands. */
export const fewestCells = 10;
const fewestGroups = 4;

/** In the order given; `undefined` for each where there is too little to borrow from. */
export function priorsOf(given: readonly VarianceCell[]): readonly (Prior | undefined)[] {
  const cells = given.map(perArm);
  return priorsPerArm(cells).map((prior, at) => {
    const cell = given[at];
    return prior === undefined || cell === undefined ? undefined : { ...prior, variance: prior.variance * arms(cell) };
  });
}

/** Variance of a comparison in those of one arm: a system's own, and the baseline's over its arms. */
const arms = ({ arms: ofBaseline = 1 }: VarianceCell): number => 1 + 1 / ofBaseline;

/** Comparisons with one arm and with two become comparable: an A/A arm has one, what else a report compares has both. */
const perArm = (cell: VarianceCell): VarianceCell => ({
  ...cell,
  logs: cell.logs.map((log) => log / Math.sqrt(arms(cell))),
  within: cell.within === undefined ? undefined : cell.within / arms(cell),
});

function priorsPerArm(cells: readonly VarianceCell[]): readonly (Prior | undefined)[] {
  const usable = withFloor(cells);
  const groups = new Set(usable.map(({ group }) => group));
  if (usable.length < fewestCells || groups.size < fewestGroups) return cells.map(() => undefined);
  const model = fit(usable, blockCorrelation(cells) ** 2);
  return cells.map((cell) => priorOf(cell, usable, model));
}

/** The variance of the mean over blocks, with what the others lend; its degrees of freedom are both sides' together. */
export function moderated(plain: LogEstimate, prior: Prior | undefined): LogEstimate {
  const { mean, variance, degrees } = plain;
  if (prior === undefined || variance === undefined) return plain;
  const blocks = degrees + 1;
  const total = prior.degrees + degrees;
  return {
    mean,
    variance: (prior.degrees * prior.variance + degrees * variance * blocks) / total / blocks,
    degrees: total,
  };
}

interface Usable {
  readonly cell: VarianceCell;
  readonly group: string;
  readonly degrees: number;
  /** Unbiased for ln of the true variance. */
  readonly log: number;
  /** ln of `within`, centred; 0 where that is unknown. */
  readonly x: number;
}

interface Model {
  readonly intercept: number;
  readonly slope: number;
  /** Variances of the function's and the cell's part. */
  readonly between: number;
  readonly inside: number;
  /** Correlation of the sampling errors of two cells of a group. */
  readonly shared: number;
  readonly meanX: number;
}

/** Cells with at least 2 blocks. A variance of 0 would have no logarithm: a ten thousandth of the median stands for it. */
function withFloor(cells: readonly VarianceCell[]): readonly Usable[] {
  const own = cells.flatMap((cell) => {
    const degrees = cell.logs.length - 1;
    if (degrees < 1) return [];
    const mean = cell.logs.reduce((sum, log) => sum + log, 0) / cell.logs.length;
    return [{ cell, degrees, variance: cell.logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / degrees }];
  });
  const middle = own.map(({ variance }) => variance).sort((a, b) => a - b)[Math.floor(own.length / 2)] ?? 0;
  if (middle === 0) return [];
  const known = own.flatMap(({ cell }) =>
    cell.within === undefined || cell.within === 0 ? [] : [Math.log(cell.within)],
  );
  const centre = known.length === 0 ? 0 : known.reduce((sum, log) => sum + log, 0) / known.length;
  return own.map(({ cell, degrees, variance }) => ({
    cell,
    group: cell.group,
    degrees,
    log: Math.log(Math.max(variance, middle * 1e-4)) - digamma(degrees / 2) + Math.log(degrees / 2),
    x: cell.within === undefined || cell.within === 0 ? 0 : Math.log(cell.within) - centre,
  }));
}

/** Sampling variance of `log`. */
const noiseOf = ({ degrees }: Usable): number => trigamma(degrees / 2);

function fit(usable: readonly Usable[], shared: number): Model {
  const mean = (of: (cell: Usable) => number): number =>
    usable.reduce((sum, cell) => sum + of(cell), 0) / usable.length;
  const [meanLog, meanX] = [mean(({ log }) => log), mean(({ x }) => x)];
  const spreadX = mean(({ x }) => (x - meanX) ** 2);
  const covariance = mean(({ x, log }) => (x - meanX) * (log - meanLog));
  // Variance between sandboxes adds to that of rounds, so the trend is neither falling nor steeper than 1.
  const slope = spreadX === 0 ? 0 : Math.min(1, Math.max(0, covariance / spreadX));
  const residual = ({ log, x }: Usable): number => log - meanLog - slope * (x - meanX);
  const noise = mean(noiseOf);
  const groups = [...Map.groupBy(usable, ({ group }) => group).values()];
  const sums = groups.map((own) => {
    const centre = own.reduce((sum, cell) => sum + residual(cell), 0) / own.length;
    return { count: own.length, centre, squares: own.reduce((sum, cell) => sum + (residual(cell) - centre) ** 2, 0) };
  });
  const inner = usable.length - groups.length;
  // A part that seems to be 0 need not be: none counts as less than half of the standard error of its estimate.
  const fourth = mean(({ degrees }) => pentagamma(degrees / 2)) + 2 * noise ** 2;
  const uncertain = (degrees: number): number => uncertainty * Math.sqrt(fourth / Math.max(1, degrees));
  const inside =
    inner === 0
      ? 0
      : Math.max(uncertain(inner), sums.reduce((sum, { squares }) => sum + squares, 0) / inner - noise * (1 - shared));
  const perGroup = usable.length / groups.length;
  const ofCentres = sums.reduce((sum, { centre }) => sum + centre ** 2, 0) / (groups.length - 1);
  const expected = (inside + noise * (1 + (perGroup - 1) * shared)) / perGroup;
  const scale = expected / noise; // centres of groups are averages: their estimate errs less
  const between = Math.max(uncertain(groups.length - 1) * scale, ofCentres - expected);
  return { intercept: meanLog, slope, between, inside, shared, meanX };
}

const uncertainty = 0.5;

/** From all cells but itself: those of the other functions by the trend, those of its own function by their residuals. */
function priorOf(cell: VarianceCell, usable: readonly Usable[], model: Model): Prior | undefined {
  const own = usable.find((one) => one.cell === cell);
  if (own === undefined) return undefined;
  const { intercept, slope, between, inside, shared, meanX } = model;
  const trend = (x: number): number => intercept + slope * (x - meanX);
  const siblings = usable.filter(({ group, cell: other }) => group === cell.group && other !== cell);
  const count = siblings.length;
  const noise = siblings.reduce((sum, sibling) => sum + noiseOf(sibling), 0) / Math.max(1, count);
  const ofMean = count === 0 ? Infinity : (inside + noise * (1 + (count - 1) * shared)) / count;
  const weight = count === 0 ? 0 : between / (between + ofMean);
  const away = siblings.reduce((sum, sibling) => sum + sibling.log - trend(sibling.x), 0) / Math.max(1, count);
  const spread = inside + between * (1 - weight) + between / usable.length;
  const degrees = Math.min(mostDegrees, 2 * trigammaInverse(spread));
  const log = trend(own.x) + weight * away + digamma(degrees / 2) - Math.log(degrees / 2);
  return { variance: Math.exp(log), degrees };
}

/** More would change no interval. */
const mostDegrees = 1e4;
