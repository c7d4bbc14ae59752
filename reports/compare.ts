/** Compares two results folders, or two systems of one: the door that the command `compare` uses. */
import { resolve } from "node:path";
import { comparisonAnnotations } from "./compare/annotations.ts";
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
export { type CompareFormat, compareFormats } from "./compare/formats.ts";
export { historyFormats } from "./compare/history-formats.ts";

export interface ShownComparison {
  readonly comparison: RunsComparison;
  /** The verdict on all cells together. */
  readonly title: string;
  /** Lines for a GitHub workflow. */
  readonly annotations: readonly string[];
  /** @param width of the terminal, in characters, for `text` */
  readonly as: (format: CompareFormat, width?: number) => Promise<string>;
}

const shown = (comparison: RunsComparison): ShownComparison => ({
  comparison,
  title: comparisonTitle(comparison),
  annotations: comparisonAnnotations(comparison),
  as: (format, width) => comparisonText(comparison, format, width),
});

/** @throws {RecordError} a folder is not readable, or the runs have not done the same work per call */
export async function compareFolders(
  { a, b }: { readonly a: string; readonly b: string },
  options: CompareOptions = {},
): Promise<ShownComparison> {
  if (resolve(a) === resolve(b)) {
    throw new RecordError(`A and B are the same folder, ${a}`, { hint: "Name two different runs." });
  }
  const [before, after] = [await readResults(a), await readResults(b)];
  refuseOtherWork(before.latency, after.latency);
  nameSystems(before, after);
  return shown(compareRuns(before, after, options));
}

/**
 * A system over many runs. `chart`: an SVG, which Markdown shows as `picture`.
 * @throws {RecordError} fewer than 2 runs that can be compared
 */
export async function compareHistory(
  folders: readonly string[],
  { format, picture, width }: { readonly format: HistoryFormat; readonly picture?: string; readonly width?: number },
): Promise<{ readonly text: string; readonly chart: string; readonly slower: boolean }> {
  const runs = await readHistory(folders);
  nameSystems(...runs);
  const history = historyOf(runs);
  const { svg } = await renderFigure(historyFigure(history));
  const slower = history.systems.some(({ points }) => points.at(-1)?.judgement?.verdict === "slower");
  return { text: formatHistory(history, format, { picture, width }), chart: svg, slower };
}

/** `system` against the baseline of the same run. */
export function compareWithin(results: Results, system: string): ShownComparison {
  nameSystems(results);
  return shown(compareSystems(results, system));
}
