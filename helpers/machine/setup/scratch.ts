import { chmod, mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { privateCache } from "../../runtimes/binary.ts";

/** Longer than all deadlines of a set-up together: what is older was left by one that was killed. */
const abandonedAfterMs = 3_600_000;

const aptPrefix = "kalium-bench-apt-";
const unpackPrefix = ".unpacking-";

export interface Scratch extends AsyncDisposable {
  readonly path: string;
}

/** A folder for apt's own state. */
export const aptScratch = (): Promise<Scratch> => makeScratch(tmpdir(), aptPrefix);

/** A folder beside its final place, so that it can be renamed there. */
export async function unpackScratch(): Promise<Scratch> {
  await mkdir(privateCache(), { recursive: true });
  return makeScratch(privateCache(), unpackPrefix);
}

async function makeScratch(parent: string, prefix: string): Promise<Scratch> {
  const path = await mkdtemp(join(parent, prefix));
  await chmod(path, 0o755); // apt downloads as a user of its own, and anybody may run runsc
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** @returns the folders that killed set-ups had left, which are removed now */
export async function sweepScratch(nowMs = Date.now()): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const [parent, prefix] of [
    [tmpdir(), aptPrefix],
    [privateCache(), unpackPrefix],
  ] as const) {
    const names = await readdir(parent).catch(() => []);
    for (const path of names.filter((name) => name.startsWith(prefix)).map((name) => join(parent, name))) {
      const age = nowMs - (await stat(path)).mtimeMs;
      if (age < abandonedAfterMs) continue;
      await rm(path, { recursive: true, force: true });
      removed.push(path);
    }
  }
  return removed;
}
