import { existsSync } from "node:fs";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { readLongJson } from "./long-json.ts";
import { RecordError, errnoOf, textOf } from "./record-error.ts";

/**
 * Writes a whole file or nothing: a temporary file beside it, flushed, then renamed over it.
 * @param mode permissions of the file
 * @throws {RecordError} the folder is absent or not writable
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array | Iterable<string>,
  mode = 0o644,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = await open(temporary, "w", mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first error is the one to report
    throw new RecordError(`cannot write ${path}: ${textOf(cause)}`, {
      hint: `Check that ${dirname(path)} exists, is writable and has free space.`,
      cause,
    });
  }
}

/** Next command after a results folder that is missing or is none. */
export const existingFolder = "Name an existing results folder. To list them: ls reports/results";

/** Longer files are read in pieces. */
const longFileBytes = 32 * 2 ** 20;

/** Reads a JSON file that must follow `schema`. @throws {RecordError} naming the file and the JSON path */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  try {
    const { size } = await stat(path);
    const value: unknown = size > longFileBytes ? readLongJson(path) : JSON.parse(await readFile(path, "utf8"));
    return parseAs(value, schema, path);
  } catch (cause) {
    if (cause instanceof RecordError) throw cause;
    if (cause instanceof SyntaxError) {
      throw new RecordError(`${path} is not JSON: ${textOf(cause)}`, {
        hint: "Restore the file, or measure again: it was cut or edited.",
        cause,
      });
    }
    const problem = errnoOf(cause) === "ENOENT" ? absent(path) : `cannot read ${path}: ${textOf(cause)}`;
    throw new RecordError(problem, { hint: existingFolder, cause });
  }
}

function absent(path: string): string {
  const [folder, name] = [dirname(path), basename(path)];
  if (!existsSync(folder)) return `there is no folder ${folder}`;
  return name === "run.json" ? `${folder} is not a results folder: it has no run.json` : `${folder} has no ${name}`;
}

/** @throws {RecordError} with the first three problems, each with its JSON path */
export function parseAs<T>(value: unknown, schema: z.ZodType<T>, source: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.length === 0 ? "(whole file)" : z.core.toDotPath(path)}: ${message}`);
  throw new RecordError(`${source} does not follow the record format: ${problems.join("; ")}`, {
    hint: "Read docs/records.md; a record of another version needs the matching version of kalium-bench.",
    cause: parsed.error,
  });
}
