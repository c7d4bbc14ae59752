/** A run in the artifact's formats: its figure's data, its result folders, its timings. Pure. */
import { measuredCalls } from "../cell-summary.ts";
import { applicationOf, type Cell, type Comparison } from "../comparison.ts";
import { barSystems } from "../figures/figure-8-data.ts";
import { axisLabel } from "../figures/figure-order.ts";
import { comparable } from "../published/compare-published.ts";
import type { LatencyRecord } from "../records/record.ts";
import { aboutExport } from "./about-export.ts";
import { keyedFunctions } from "./function-keys.ts";
import { resultPlaceOf } from "./places.ts";
import { type Average, averageOf, formatSummary, formatTimings } from "./seconds.ts";

/** The artifact's figure is drawn from files whose values were cut here by hand. */
const figureCut = 5;

/**
 * Path to content. `<x>lats.csv`: ratios of means to gVisor; `<x>lats_trimmed.csv`: the same, cut at 5, which the artifact's
 * LaTeX reads. `results_<place>/`: mean and deviation per function; `raw_<place>/`: every call. A system or function
 * without result has no file; a missing ratio is `nan`, which pgfplots leaves out.
 */
export function artifactFiles(
  records: readonly LatencyRecord[],
  comparison: Comparison,
): Readonly<Record<string, string>> {
  if (applicationOf(comparison) !== undefined) return {}; // the artifact has no names for its functions
  const files: Record<string, string> = {};
  for (const system of comparable(comparison) ? barSystems(comparison) : []) {
    const cells = cellsOf(comparison, system);
    if (![...cells.values()].some(({ ratio }) => ratio !== undefined)) continue;
    const { ratios } = resultPlaceOf(system);
    files[`${ratios}lats.csv`] = ratiosCsv(cells, Infinity);
    files[`${ratios}lats_trimmed.csv`] = ratiosCsv(cells, figureCut);
  }
  for (const system of comparison.systems.filter((name) => !comparison.controls.includes(name))) {
    Object.assign(files, resultFiles(records, cellsOf(comparison, system), system));
  }
  return Object.keys(files).length === 0 ? {} : { "about.md": aboutExport, ...files };
}

const cellsOf = ({ cells }: Comparison, system: string): ReadonlyMap<string, Cell> =>
  new Map(cells.filter((cell) => cell.system === system).map((cell) => [cell.label, cell]));

function ratiosCsv(cells: ReadonlyMap<string, Cell>, cut: number): string {
  const rows = keyedFunctions.map((named) => {
    const ratio = cells.get(named.label)?.ratio?.meanRatio;
    return `${axisLabel(named)}, ${ratio === undefined ? "nan" : plain(Math.min(ratio, cut))}`;
  });
  return ["name, mean", ...rows, ""].join("\n");
}

/** At most six decimals, never an exponent. */
const plain = (ratio: number): string => ratio.toFixed(6).replace(/\.?0+$/, "");

function resultFiles(
  records: readonly LatencyRecord[],
  cells: ReadonlyMap<string, Cell>,
  system: string,
): Readonly<Record<string, string>> {
  const { folder, prefix } = resultPlaceOf(system);
  const files: Record<string, string> = {};
  for (const named of keyedFunctions) {
    const cell = cells.get(named.label);
    const record = records.find(({ label }) => label === named.label);
    if (cell === undefined || record === undefined) continue;
    const name = `${prefix}_${cell.count}_${named.key}`;
    const calls = cell.state === "measured" ? measuredCalls(record, system) : undefined;
    if (calls !== undefined) files[`raw_${folder}/${name}`] = formatTimings(calls);
    const average = calls === undefined ? importedAverage(record, system) : averageOf(calls);
    if (average !== undefined) files[`results_${folder}/${name}_results`] = formatSummary(average);
  }
  return files;
}

const importedAverage = ({ imported }: LatencyRecord, system: string): Average | undefined =>
  imported?.files.find((file) => file.system === system)?.average;
