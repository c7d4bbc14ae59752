import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileReasonOf, KaliumError } from "../base/errors.ts";

/** Writes the file that the user named. @throws {KaliumError} E_CONFIG for a file that cannot be written */
export async function writeOut(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content).catch((cause: unknown) => {
    const absent = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new KaliumError(
      "E_CONFIG",
      `cannot write ${path}: ${absent ? `there is no folder ${dirname(path)}` : fileReasonOf(cause)}`,
      { hint: "Name a file in a folder that exists and may be written to.", cause },
    );
  });
}
