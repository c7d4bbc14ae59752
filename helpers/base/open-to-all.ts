import { chmod, copyFile, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * Modes that the umask does not change, for what another user must read: functions run as an ordinary user, whoever the
 * harness is. Folders can be entered, files can be read, programs can be executed. Links are left alone.
 */
export async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

const shared = new Map<string, Promise<string>>();

/**
 * A program that every user can execute: itself, or a copy in the run's folder where its modes keep others out (`npm ci`
 * under a umask of 077 installs such a Node).
 */
export function executableByAll(program: string, runDirectory: string): Promise<string> {
  const key = join(runDirectory, program);
  const known = shared.get(key) ?? makeExecutable(program, runDirectory);
  shared.set(key, known);
  known.catch(() => shared.delete(key));
  return known;
}

async function makeExecutable(program: string, runDirectory: string): Promise<string> {
  if (((await stat(program)).mode & 0o005) === 0o005) return program;
  const copy = join(runDirectory, "node");
  const draft = `${copy}.${process.pid}`;
  try {
    await copyFile(program, draft);
    await chmod(draft, 0o755);
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return copy;
}
