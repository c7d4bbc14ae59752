import { randomBytes } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { poll } from "../base/deadline.ts";
import { lives, ownIdentity, type ProcessIdentity } from "../sandboxes/process-identity.ts";

export interface Draft extends AsyncDisposable {
  readonly path: string;
}

/** Longer than any unpacking: each of its steps has a deadline of an hour. */
const lockTimeoutMs = 4 * 3_600_000;

/**
 * Lets one process of this machine at a time work at a place; one that was killed does not hold it. Two may slip through
 * where several find a killed one's lock at once: they do the same work twice, and the first to rename wins.
 * @throws {KaliumError} E_TIMEOUT
 */
export async function onlyOne(place: string, signal: AbortSignal): Promise<AsyncDisposable> {
  const lock = `${place}.lock`;
  const own = `${lock}.${randomBytes(6).toString("hex")}`;
  const words = JSON.stringify(await ownIdentity());
  await writeFile(own, words);
  try {
    await poll({ what: `the lock ${lock}`, timeoutMs: lockTimeoutMs, intervalMs: 100, signal }, async () => {
      const taken = await link(own, lock).then(
        () => true,
        () => false,
      );
      if (taken) return true;
      const holder = await readOwner(lock);
      if (holder !== undefined && !(await lives(holder))) await rm(lock, { force: true });
      return undefined;
    });
  } finally {
    await rm(own, { force: true });
  }
  return {
    async [Symbol.asyncDispose]() {
      if ((await readFile(lock, "utf8").catch(() => "")) === words) await rm(lock, { force: true });
    },
  };
}

/** A folder beside a place, to be renamed there. What killed processes have left is removed first. */
export async function makeDraft(place: string): Promise<Draft> {
  await removeAbandoned(dirname(place));
  const path = `${place}.draft-${randomBytes(6).toString("hex")}`;
  const owner = `${path}.owner`; // before the folder, and beside it, so that it is never without one
  await writeFile(owner, JSON.stringify(await ownIdentity()));
  await mkdir(path, { mode: 0o700 });
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
      await rm(owner, { force: true });
    },
  };
}

/** @returns the drafts that were removed */
export async function removeAbandoned(directory: string): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of await readdir(directory).catch(() => [])) {
    if (!name.endsWith(".owner")) continue;
    const owner = await readOwner(join(directory, name));
    if (owner === undefined || (await lives(owner))) continue;
    const draft = join(directory, basename(name, ".owner"));
    await rm(draft, { recursive: true, force: true });
    await rm(join(directory, name), { force: true });
    removed.push(draft);
  }
  return removed;
}

async function readOwner(file: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as ProcessIdentity;
  } catch {
    return undefined; // gone, or being written
  }
}
