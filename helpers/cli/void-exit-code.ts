import { readResults, latestResults, cellVoids } from "../../reports/store.ts";
import { exitCodes } from "./exit-code.ts";

/**
 * The exit code of a measuring run: Vitest's own, or 4 when tests failed because what they measured is void.
 * @param folder of its results; absent: the latest below `root`, if it began at `sinceMs` or later
 */
export async function voidExitCode(
  vitestCode: number,
  { root, folder, sinceMs }: { readonly root: string; readonly folder?: string; readonly sinceMs: number },
): Promise<number> {
  if (vitestCode !== exitCodes.assertion) return vitestCode;
  try {
    const { run, latency } = await readResults(folder ?? (await latestResults(root)));
    const latest = Math.max(...[run, ...(run.sessions ?? [])].map(({ startedAt }) => Date.parse(startedAt)));
    if (latest < sinceMs) return vitestCode; // an older run's: this one came to no result
    const isVoid = latency.some((record) => record.systems.some(({ name }) => cellVoids(record, name).length > 0));
    return isVoid ? exitCodes.voidData : vitestCode;
  } catch {
    return vitestCode; // no results, or unreadable ones: Vitest has said why
  }
}
