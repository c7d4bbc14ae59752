import { latestResults, readResults, type Results } from "../../reports/records/store.ts";

/**
 * What a measuring run has left; `undefined` when it came to no result, or to none that can be read.
 * @param folder of its results; absent: the latest below `root`, if it began at `sinceMs` or later
 */
export async function resultsSince({
  root,
  folder,
  sinceMs,
}: {
  readonly root: string;
  readonly folder?: string | undefined;
  readonly sinceMs: number;
}): Promise<Results | undefined> {
  try {
    const results = await readResults(folder ?? (await latestResults(root)));
    const starts = [results.run, ...(results.run.sessions ?? [])].map(({ startedAt }) => Date.parse(startedAt));
    return Math.max(...starts) < sinceMs ? undefined : results;
  } catch {
    return undefined; // Vitest has said why
  }
}
