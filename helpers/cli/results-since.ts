import type { RunRecord } from "../../reports/records/record.ts";
import { latestResults, readResults, readRun, type Results } from "../../reports/records/store.ts";

/**
 * What a measuring run has left; `undefined` when it came to no result, or to none that can be read.
 * @param folder of its results; absent: the latest below `root`, if it began at `sinceMs` or later
 */
export async function resultsSince({ root, folder, sinceMs }: Since): Promise<Results | undefined> {
  try {
    const results = await readResults(folder ?? (await latestResults(root)));
    return isSince(results.run, sinceMs) ? results : undefined;
  } catch {
    return undefined; // Vitest has said why
  }
}

/** Whether it has a folder at least, with a call in it or not. */
export async function hasBegunSince({ root, folder, sinceMs }: Since): Promise<boolean> {
  try {
    return isSince(await readRun(folder ?? (await latestResults(root, { cut: true }))), sinceMs);
  } catch {
    return false;
  }
}

interface Since {
  readonly root: string;
  readonly folder?: string | undefined;
  readonly sinceMs: number;
}

function isSince(run: RunRecord, sinceMs: number): boolean {
  const starts = [run, ...(run.sessions ?? [])].map(({ startedAt }) => Date.parse(startedAt));
  return Math.max(...starts) >= sinceMs;
}
