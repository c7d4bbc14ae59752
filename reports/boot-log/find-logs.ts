/** Which files belong to which sandbox: runsc writes one `.boot` file per sandbox, and log rotation cuts it in parts. */
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { RecordError, errnoOf, textOf } from "../records/record-error.ts";

export interface SandboxFiles {
  /** Of the part that was written last: the name without a rotation's number. */
  readonly name: string;
  /** Oldest first. */
  readonly files: readonly string[];
}

const bootLog = /\.boot(?:\.\d+)?(?:\.(?:gz|xz))?$/;
const rotation = /^(.*?)(?:\.(\d+))?(?:\.(?:gz|xz))?$/s;

/**
 * `paths`: files, which may have any name, and folders, whose `.boot` files are taken, those of folders in them too.
 * @throws {RecordError} nothing there, or a folder without such a file
 */
export async function findLogs(paths: readonly string[]): Promise<readonly SandboxFiles[]> {
  const files = (await Promise.all(paths.map(filesAt))).flat();
  const sandboxes = new Map<string, Map<number, string>>();
  for (const file of new Set(files.map((path) => resolve(path)))) {
    const [, name = file, number = "0"] = rotation.exec(file) ?? [];
    const parts = sandboxes.get(name) ?? new Map<number, string>();
    const twin = parts.get(Number(number));
    if (twin !== undefined) throw twice(twin, file);
    sandboxes.set(name, parts.set(Number(number), file));
  }
  return [...sandboxes].map(([name, parts]) => ({
    name,
    files: [...parts].sort(([a], [b]) => b - a).map(([, file]) => file),
  }));
}

const twice = (one: string, other: string): RecordError =>
  new RecordError(`${one} and ${other} are the same part of a log, packed and unpacked`, {
    hint: "Name one of them, so that no call is counted twice.",
  });

async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    const absent = errnoOf(cause) === "ENOENT";
    throw new RecordError(absent ? `there is no file ${path}` : `cannot read ${path}: ${textOf(cause)}`, {
      hint: "Name a .boot log, or the folder that runsc's --debug-log names",
      cause,
    });
  });
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path, { recursive: true })).filter((name) => bootLog.test(name)).sort();
  if (names.length === 0) {
    throw new RecordError(`there is no .boot log in ${path}`, {
      hint: "Name the folder that runsc's --debug-log names, or the log itself if it has another name",
    });
  }
  return names.map((name) => join(path, name));
}
