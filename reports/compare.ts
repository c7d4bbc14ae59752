/** Compares two results folders, or two systems of one: the door that the command `compare` uses. */
import { resolve } from "node:path";
import { type CompareFormat, comparisonTitle } from "./compare/formats.ts";
import { comparisonText } from "./compare/page.ts";
import { type CompareOptions, type RunsComparison, compareRuns } from "./compare/compare-runs.ts";
import { compareSystems } from "./compare/compare-systems.ts";
import { refuseOtherWork } from "./compare/same-work.ts";
import { historyOf } from "./compare/history.ts";
import { formatHistory, type HistoryFormat } from "./compare/history-formats.ts";
import { readHistory } from "./compare/read-history.ts";
import { historyFigure } from "./figures/history-figure.ts";
import { renderFigure } from "./figures/render-figure.ts";
import { RecordError } from "./records/record-error.ts";
import { type Results, readResults } from "./records/store.ts";
import { nameSystems } from "./records/system-titles.ts";

export type { RunsComparison } from "./compare/compare-runs.ts";
export { compareFormats } from "./compare/formats.ts";
export { historyFormats } from "./compare/history-formats.ts";

interface Shown<Format> {
  readonly format: Format;
  /** Of the terminal, in characters, for the format `text`. */
  readonly width?: number | undefined;
}

export interface ShownComparison {
  readonly comparison: RunsComparison;
  /** The verdict on all cells together. */
  readonly title: string;
  readonly text: string;
}

/** @throws {RecordError} a folder is not readable, or the runs have not done the same work per call */
export async function compareFolders(
  { a, b, format, width }: { readonly a: string; readonly b: string } & Shown<CompareFormat>,
  options: CompareOptions = {},
): Promise<ShownComparison> {
  if (resolve(a) === resolve(b)) {
    throw new RecordError(`A and B are the same folder, ${a}`, { hint: "Name two different runs." });
  }
  const [before, after] = [await readResults(a), await readResults(b)];
  refuseOtherWork(before.latency, after.latency);
  nameSystems(before, after);
  const comparison = compareRuns(before, after, options);
  return { comparison, title: comparisonTitle(comparison), text: await comparisonText(comparison, format, width) };
}

/**
 * A system over many runs. `chart`: an SVG, which Markdown shows as `picture`.
 * @throws {RecordError} fewer than 2 runs that can be compared
 */
export async function compareHistory(
  folders: readonly string[],
  { format, picture, width }: { readonly picture?: string } & Shown<HistoryFormat>,
): Promise<{ readonly text: string; readonly chart: string; readonly slower: boolean }> {
  const runs = await readHistory(folders);
  nameSystems(...runs);
  const history = historyOf(runs);
  const { svg } = await renderFigure(historyFigure(history));
  const slower = history.systems.some(({ points }) => points.at(-1)?.judgement?.verdict === "slower");
  return { text: formatHistory(history, format, { picture, width }), chart: svg, slower };
}

/** `system` against the baseline of the same run. */
export async function compareWithin(
  results: Results,
  { system, format, width }: { readonly system: string } & Shown<CompareFormat>,
): Promise<ShownComparison> {
  nameSystems(results);
  const comparison = compareSystems(results, system);
  return { comparison, title: comparisonTitle(comparison), text: await comparisonText(comparison, format, width) };
}
