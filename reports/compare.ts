/** Compares two results folders: the door that the command `compare` uses. */
import { type CompareFormat, formatComparison } from "./compare/formats.ts";
import { type CompareOptions, type RunsComparison, compareRuns } from "./compare/compare-runs.ts";
import { readResults } from "./store.ts";

export { compareFormats } from "./compare/formats.ts";

/** @throws {RecordError} a folder is not readable */
export async function compareFolders(
  { a, b, format }: { readonly a: string; readonly b: string; readonly format: CompareFormat },
  options: CompareOptions = {},
): Promise<{ readonly comparison: RunsComparison; readonly text: string }> {
  const comparison = compareRuns(await readResults(a), await readResults(b), options);
  return { comparison, text: formatComparison(comparison, format) };
}
