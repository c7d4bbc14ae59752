import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RecordError, errnoOf, textOf } from "../records/record-error.ts";
import { exportMark } from "./about-export.ts";

/**
 * Replaces an earlier export as a whole; without files it only removes it. Returns what it wrote.
 * @throws {RecordError} the folder holds something that no export wrote, or cannot be written
 */
export async function writeExport(folder: string, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  await refuseForeign(folder);
  const temporary = join(dirname(folder), `.artifact.${process.pid}.tmp`);
  try {
    await rm(temporary, { recursive: true, force: true });
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(temporary, path)), { recursive: true });
      await writeFile(join(temporary, path), content);
    }
    await rm(folder, { recursive: true, force: true });
    if (Object.keys(files).length > 0) await rename(temporary, folder);
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined); // the first error is the one to report
    throw new RecordError(`cannot write ${folder}: ${textOf(cause)}`, {
      hint: `Check that ${dirname(folder)} is writable and has free space.`,
      cause,
    });
  }
  return Object.keys(files).map((path) => join(folder, path));
}

/** Somebody else's folder of this name, such as a checkout of the artifact, must survive. */
async function refuseForeign(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return [];
    throw new RecordError(`cannot replace ${folder}: ${textOf(error)}`, { hint: "Choose another KALIUM_OUT." });
  });
  if (names.length === 0) return;
  const about = await readFile(join(folder, "about.md"), "utf8").catch(() => "");
  if (!about.startsWith(exportMark)) {
    throw new RecordError(`${folder} holds files that kalium-bench did not write, so it is not replaced`, {
      hint: "Move it away, or choose another KALIUM_OUT.",
    });
  }
}
