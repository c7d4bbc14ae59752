import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { existingFolder } from "../records/json-file.ts";
import { RecordError } from "../records/record-error.ts";
import { readResults, type Results } from "../records/store.ts";
import { refuseOtherWork } from "./same-work.ts";

/**
 * The runs in the given folders: each is a results folder, or holds some. Runs that compared nothing are left out.
 * @throws {RecordError} fewer than 2 runs, different baselines or workloads, a folder that cannot be read
 */
export async function readHistory(folders: readonly string[]): Promise<readonly Results[]> {
  const paths = (await Promise.all(folders.map(resultsIn))).flat();
  const runs: Results[] = [];
  for (const path of new Set(paths)) {
    const results = await readResults(path);
    if (results.latency.some(({ systems }) => systems.length > 1)) runs.push(results);
  }
  const [first] = runs;
  if (first === undefined || runs.length < 2) {
    throw new RecordError(`expected 2 runs or more, got ${runs.length} in ${folders.join(", ")}`, {
      hint: "Name results folders, or a folder that holds them, such as reports/results.",
    });
  }
  const baselines = new Set(runs.flatMap(({ latency }) => latency.map(({ baseline }) => baseline)));
  if (baselines.size > 1) {
    throw new RecordError(`the runs have different baselines: ${[...baselines].join(", ")}`, {
      hint: "Name runs with the same baseline only.",
    });
  }
  for (const { latency } of runs) refuseOtherWork(first.latency, latency);
  return runs;
}

async function resultsIn(folder: string): Promise<readonly string[]> {
  if (existsSync(join(folder, "run.json"))) return [folder];
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new RecordError(`cannot read ${folder}`, { hint: existingFolder, cause });
  });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .filter((path) => existsSync(join(path, "run.json")));
}
