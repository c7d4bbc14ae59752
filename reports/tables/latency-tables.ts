import { type Cell, type Comparison, gapText } from "../comparison.ts";
import { barSystems } from "../figures/figure-8-data.ts";
import { axisLabel, inBarOrder, markedTitle, systemTitle, withFigureOrder } from "../figures/figure-order.ts";
import type { GeometricMean } from "../stats/geometric-mean.ts";
import { quotable } from "../quotable.ts";
import { leavesOutOne, verdictText } from "../verdict-text.ts";
import { minimumCount } from "../stats/quantile.ts";
import { type Table, columns, withDetail } from "./document.ts";
import { dash, formatMs, formatQuoted, formatRatio, formatRatioWith } from "./numbers.ts";

/**
 * One row per function and system, the baseline first, and the geometric means at the end. The profile `paper` and
 * imported results get the artifact's own statistic, the ratio of means, beside ours.
 */
export function latencyTable(comparison: Comparison): Table {
  const paper = comparison.cells.some(({ plan, imported }) => imported || plan.profile === "paper");
  const shown = latencyColumns.filter(({ paperOnly }) => paper || paperOnly !== true);
  const rows = functionRows(comparison).flatMap(({ name, cells }) =>
    cells.map((cell, index) => [
      index === 0 ? name : "",
      markedTitle(cell),
      ...shown.map((column) => column.cell(cell)),
    ]),
  );
  const quoted = comparison.cells.some(quotable) && severalFunctions(comparison) ? [...comparison.means] : [];
  const means = quoted.map(([system, mean], index) => [
    index === 0 ? "geometric mean" : "",
    systemTitle(system),
    ...shown.map((column) => column.mean?.(mean) ?? ""),
  ]);
  return {
    columns: withDetail(columns("Function", "System", ...shown.map(({ title }) => title)), "n", "p95 ms"),
    rows: [...rows, ...means],
  };
}

/** The mean over one function would say its row again. */
export const severalFunctions = ({ cells }: Comparison): boolean => new Set(cells.map(({ label }) => label)).size > 1;

interface LatencyColumn {
  readonly title: string;
  readonly paperOnly?: true;
  readonly cell: (cell: Cell) => string;
  /** In the rows of geometric means; absent: empty there. */
  readonly mean?: (mean: GeometricMean) => string;
}

const latencyColumns: readonly LatencyColumn[] = [
  {
    title: ">n",
    cell: ({ count }) => String(count),
    mean: ({ functions }) => `${functions} function${functions === 1 ? "" : "s"}`,
  },
  { title: ">Median ms", cell: (cell) => medianText(cell) },
  { title: ">p95 ms", cell: (cell) => (quotable(cell) ? formatQuoted(cell.p95) : dash) },
  {
    title: ">Ratio [95 %]",
    cell: (cell) => ratioText(cell),
    mean: ({ ratio, interval }) => formatRatioWith(ratio, interval),
  },
  {
    title: ">Ratio of means",
    paperOnly: true,
    cell: ({ ratio }) => (ratio === undefined ? "" : formatRatio(ratio.meanRatio)),
  },
  { title: "Verdict", cell: (cell) => verdictText(cell) },
];

/** Absolute medians, ms: a ratio alone hides how long a call takes. */
export function mediansTable(comparison: Comparison): Table {
  return perSystem(comparison, (cell) => medianText(cell));
}

/** Wrong answers, errors and time-outs of measured calls; without rows when all went well. */
export function failuresTable(comparison: Comparison): Table {
  const failed = functionRows(comparison)
    .flatMap(({ cells }) => cells)
    .filter(({ wrongAnswers, errors, timeouts }) => wrongAnswers + errors + timeouts > 0);
  return {
    columns: columns("Function", "System", ">Wrong answers", ">Errors", ">Time-outs", "Cell", "Most frequent reason"),
    rows: failed.map((cell) => [
      cell.label,
      systemTitle(cell.system),
      String(cell.wrongAnswers),
      String(cell.errors),
      String(cell.timeouts),
      cell.state === "void" ? "void" : "kept",
      cell.reasons.map(({ reason, count }) => `${count} × ${reason}`).at(0) ?? "",
    ]),
  };
}

/** A measured function in one line: `product-photos-report: gVisor 8.02 ms; native 4.91 ms, 0.61 [0.58, 0.64]`. */
export function finishedLine(comparison: Comparison): string {
  return functionRows(comparison)
    .map(({ name, cells }) => {
      const texts = cells.map((cell) => {
        const ratio = cell.system === cell.baseline ? "" : `, ${ratioText(cell)}`;
        return `${markedTitle(cell)} ${medianText(cell)} ms${ratio}`;
      });
      return `${name}: ${texts.join("; ")}`;
    })
    .join("\n");
}

/**
 * Functions of the figure and systems of the run without a value, with why: `product-photos-report, runc: ...`.
 * `selected`: labels of the functions that the run was to measure; by default all.
 */
export function missingCells(comparison: Comparison, selected?: readonly string[]): readonly string[] {
  return withFigureOrder(comparison.cells).flatMap(({ label }) => {
    const own = comparison.cells.filter((cell) => cell.label === label);
    if (own.length === 0) return selected?.includes(label) === false ? [] : [`${label}: not measured`];
    const missing = comparison.systems.filter(
      (system) => !["measured", "averaged"].includes(own.find((cell) => cell.system === system)?.state ?? "empty"),
    );
    return missing.map(
      (system) => `${label}, ${systemTitle(system)}: ${gapText(own.find((cell) => cell.system === system))}`,
    );
  });
}

/** How often two names of one system seem to differ; `undefined` without A/A arm. */
export function controlLine({ cells }: Comparison): string | undefined {
  const intervals = cells.flatMap(({ aaOf, ratio }) => (aaOf === undefined || !ratio?.interval ? [] : [ratio]));
  if (intervals.length === 0) return undefined;
  const outside = intervals.filter(leavesOutOne).length;
  return `A/A: the same system, measured twice, seems to differ in ${outside} of ${intervals.length} ${intervals.length === 1 ? "function" : "functions"}; by chance, 5 % would.`;
}

/** Below 6 calls no interval of the median exists: a dash. */
const medianText = (cell: Cell | undefined): string =>
  cell === undefined || !quotable(cell) || cell.count < minimumCount(0.5) ? dash : formatMs(cell.medianNs);

function ratioText(cell: Cell): string {
  if (cell.state === "void") return "void";
  if (!quotable(cell)) return dash;
  if (cell.system === cell.baseline) return "1 (baseline)";
  if (cell.ratio === undefined) return gapText(cell);
  const { ratio, of, interval } = cell.ratio;
  return of === "means" ? `${formatRatio(ratio)} (of means)` : formatRatioWith(ratio, interval);
}

function perSystem(comparison: Comparison, text: (cell: Cell | undefined) => string): Table {
  const { baselines, controls } = comparison;
  const systems = [...baselines, ...controls, ...barSystems(comparison)];
  return {
    columns: columns("Function", ...systems.map((system) => `>${systemTitle(system)}`)),
    rows: functionRows(comparison).map(({ name, cells }) => [
      name,
      ...systems.map((system) => text(cells.find((cell) => cell.system === system))),
    ]),
  };
}

/** In figure order; cells with the baseline first, then its A/A arm, then in bar order. */
export function functionRows({
  cells,
}: Comparison): readonly { readonly name: string; readonly cells: readonly Cell[] }[] {
  return withFigureOrder(cells).flatMap((named) => {
    const own = cells.filter(({ label }) => label === named.label);
    const order = inBarOrder(own.map(({ system }) => system));
    const rank = ({ system, baseline, aaOf }: Cell): number =>
      system === baseline ? -2 : aaOf === baseline ? -1 : order.indexOf(system);
    return own.length === 0 ? [] : [{ name: axisLabel(named), cells: own.toSorted((a, b) => rank(a) - rank(b)) }];
  });
}

/** Cells whose system does not do the application's work, with what it does instead. */
export const otherWork = (comparison: Comparison): readonly string[] =>
  functionRows(comparison).flatMap(({ name, cells }) =>
    cells.flatMap((cell) =>
      cell.otherWork === undefined
        ? []
        : [`† ${name}, ${systemTitle(cell.system)}: ${cell.otherWork}. Excluded from all means.`],
    ),
  );
