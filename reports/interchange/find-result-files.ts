import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { errnoOf, textOf } from "../records/record-error.ts";
import { type ResultFile, readFileName, resultFolder } from "./result-file-name.ts";

export interface FoundFile extends ResultFile {
  /** As its folder was named. */
  readonly path: string;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** What cannot be imported, with why: nothing is skipped in silence. */
  readonly problems: readonly string[];
}

/** What an export has beside calls and averages, and the artifact beside its results. */
const derived = /^(about\.md|[a-z-]+lats(_trimmed)?\.csv)$/;

/**
 * Result files among `sources`: files, folders of files, and folders of `results_*` and `raw_*` folders. Hidden files
 * and what an export derives from its results are left out.
 */
export async function findResultFiles(sources: readonly string[], system?: string): Promise<FoundFiles> {
  const files: FoundFile[] = [];
  const problems: string[] = [];
  const takeFile = (path: string): void => {
    const named = readFileName(resolve(path), system);
    if (typeof named === "string") problems.push(`${path}: ${named}`);
    else files.push({ ...named, path });
  };
  const takeFolder = async (folder: string, nested: boolean): Promise<void> => {
    for (const name of (await readdir(folder)).sort()) {
      const path = join(folder, name);
      if (name.startsWith(".") || (!nested && derived.test(name))) continue;
      if (!(await stat(path)).isDirectory()) takeFile(path);
      else if (!nested && resultFolder.test(name)) await takeFolder(path, true);
      else problems.push(`${path}: a folder that is not named like results_gvisor or raw_gvisor`);
    }
  };
  for (const source of sources) {
    const before = files.length + problems.length;
    try {
      if ((await stat(source)).isDirectory()) await takeFolder(source, resultFolder.test(basename(resolve(source))));
      else takeFile(source);
    } catch (error) {
      problems.push(`${source}: ${errnoOf(error) === "ENOENT" ? "not found" : textOf(error)}`);
    }
    if (files.length + problems.length === before) problems.push(`${source}: no result files in it`);
  }
  return { files, problems };
}
