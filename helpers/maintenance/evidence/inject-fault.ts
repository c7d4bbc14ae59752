/** Does to a run what a row of the table says. What it changes on this machine ends with the test. */
import { execFile } from "node:child_process";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import type { Injection } from "./faults.ts";
import { pidOf } from "./parts.ts";

const run = promisify(execFile);

export interface Prepared {
  readonly inject: () => Promise<void>;
  /** After the run: gives back what later looks at the run need. */
  readonly undo: () => Promise<void>;
}

/** Before the run starts: the disk that will be full is made. */
export async function prepareFault(injection: Injection, root: string): Promise<Prepared> {
  if (!("fill" in injection)) return { inject: () => injectInto(injection, root), undo: () => Promise.resolve() };
  const { fill, sizeMiB } = injection;
  const folder = join(root, fill);
  await mkdir(folder);
  await run("mount", ["-t", "tmpfs", "-o", `size=${sizeMiB}m`, "kalium-bench-chaos", folder]);
  onTestFinished(async () => void (await run("umount", ["--lazy", folder])));
  const filler = join(folder, ".full");
  return {
    inject: () => fillDisk(filler),
    undo: () => rm(filler, { force: true }),
  };
}

async function injectInto(injection: Exclude<Injection, { readonly fill: unknown }>, root: string): Promise<void> {
  const pid = await pidOf(injection.to, root);
  process.kill(pid, injection.signal);
  if (injection.signal === "SIGSTOP") onTestFinished(() => goOn(pid));
}

/** A process that was not ended meanwhile must be able to. */
function goOn(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // ended long ago
  }
}

async function fillDisk(path: string): Promise<void> {
  const file = await open(path, "w");
  try {
    for (let bytes = 65_536; bytes >= 1;) {
      await file.write(Buffer.alloc(bytes)).catch(() => (bytes = Math.floor(bytes / 2)));
    }
  } finally {
    await file.close();
  }
}
