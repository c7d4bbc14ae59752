/** A disk of its own for some files of the run, which is filled. */
import { execFile } from "node:child_process";
import { chmod, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import type { PrepareFault } from "./injection.ts";

const run = promisify(execFile);

export const fillDisk: PrepareFault<"full-disk"> = async ({ of, sizeMiB }, root) => {
  const folder = join(root, of === "results" ? "results" : "tmp");
  await mkdir(folder);
  await run("mount", ["-t", "tmpfs", "-o", `size=${sizeMiB}m`, "kalium-bench-chaos", folder]);
  onTestFinished(async () => void (await run("umount", ["--lazy", folder])));
  if (of === "temporary files") {
    await chmod(folder, 0o1777);
    await chmod(root, 0o755); // the database server, which is another user, has its files there
    useTemporaryFolder(folder);
  }
  const filler = join(folder, ".full");
  return {
    env: of === "results" ? {} : { TMPDIR: folder },
    inject: () => fill(filler),
    heal: () => rm(filler, { force: true }),
  };
};

/** Whoever looks for what a run left looks where the run has put it. */
function useTemporaryFolder(folder: string): void {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  onTestFinished(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  });
}

async function fill(path: string): Promise<void> {
  const file = await open(path, "w");
  try {
    for (let bytes = 1_048_576; bytes >= 1;) {
      await file.write(Buffer.alloc(bytes)).catch(() => (bytes = Math.floor(bytes / 2)));
    }
  } finally {
    await file.close();
  }
}
