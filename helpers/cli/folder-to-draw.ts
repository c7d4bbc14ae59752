import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { RunRecord } from "../../reports/records/record.ts";
import { latestResults, readRun } from "../../reports/records/store.ts";
import { folderNamed } from "./folder-named.ts";

export interface FolderToDraw {
  readonly folder: string;
  /** Which run it is and how it ended: the reader of a figure must know. */
  readonly about: string;
}

/**
 * The run that was named, by its folder or its name below `root`; else `root` where it is a run's, else the latest below it.
 * @throws {RecordError} there is no such run
 */
export async function folderToDraw(named: string | undefined, root: string): Promise<FolderToDraw> {
  const isRun = existsSync(join(root, "run.json"));
  const folder = named === undefined ? resolve(isRun ? root : await latestResults(root)) : folderNamed(named, root);
  const { startedAt, outcome } = await readRun(folder);
  const which = named === undefined && !isRun ? ", the latest" : "";
  return { folder, about: `Results  ${folder}${which}: begun ${startedAt}, ${ends[outcome](folder)}` };
}

const unfinished =
  (what: string) =>
  (folder: string): string =>
    `${what}, so it may lack functions\n  -> Resume it: npm run resume -- ${folder}`;

const ends: Readonly<Record<RunRecord["outcome"], (folder: string) => string>> = {
  passed: () => "complete",
  imported: () => "imported",
  failed: () => "with failed tests",
  interrupted: unfinished("interrupted"),
  running: unfinished("without an end: it is still running, or was killed"),
};
