import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lives, ownIdentity, type ProcessIdentity } from "./process-identity.ts";

export interface RunDirectory {
  /** 6 hex characters: it becomes part of interface names, which hold 15. */
  readonly runId: string;
  readonly path: string;
}

export const runDirectoryOf = (runId: string): string => join(tmpdir(), `kalium-bench-${runId}`);

/** Makes the folder of a new run, owned by this process: `sweep` leaves it alone while we live. */
export async function createRunDirectory(): Promise<RunDirectory> {
  const runId = randomBytes(3).toString("hex");
  const path = runDirectoryOf(runId);
  const draft = `${path}.draft`;
  const owner = await ownIdentity();
  // Others may pass through (a database server drops root), but not look around.
  await mkdir(draft);
  try {
    await chmod(draft, 0o711);
    await writeFile(join(draft, "owner.json"), JSON.stringify(owner));
    await rename(draft, path); // it never exists without its owner
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return { runId, path };
}

/** Process that owns a run, whether it lives or not. */
export async function ownerOf(runId: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(join(runDirectoryOf(runId), "owner.json"), "utf8").catch(() => "");
  return text === "" ? undefined : (JSON.parse(text) as ProcessIdentity);
}

/** Process that owns a run and still lives; its id is that of its own PID namespace. */
export async function livingOwner(runId: string): Promise<number | undefined> {
  const owner = await ownerOf(runId);
  return owner !== undefined && (await lives(owner)) ? owner.pid : undefined;
}
