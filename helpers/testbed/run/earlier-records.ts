import { existsSync } from "node:fs";
import type { LatencyRecord } from "../../../reports/records/record.ts";
import { latestResults, readResults } from "../../../reports/records/store.ts";

/**
 * Records of the latest run, for what a plan costs here; none where there are no results, or of another application.
 * @param application name of the user's; absent: Hello, Retail!
 */
export async function earlierRecords(
  root: string,
  application?: string,
): Promise<{ readonly latency: readonly LatencyRecord[]; readonly source: string }> {
  const usual = { latency: [], source: "usual costs on 2 cores" };
  if (!existsSync(root)) return usual;
  try {
    const folder = await latestResults(root);
    const latency = (await readResults(folder)).latency.filter((record) => record.application?.name === application);
    return latency.length === 0 ? usual : { latency, source: `the costs in ${folder}` };
  } catch {
    return usual; // no results yet, or unreadable ones: an estimate is not a place to complain
  }
}
