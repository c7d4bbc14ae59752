import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface RunDirectory {
  /** 6 hex characters: it becomes part of interface names, which hold 15. */
  readonly runId: string;
  readonly path: string;
}

/** Who a run belongs to: a process id alone comes round again. */
interface Owner {
  readonly pid: number;
  /** Start of the process in clock ticks since boot, field 22 of /proc/<pid>/stat. */
  readonly startTicks: number;
}

export const runDirectoryOf = (runId: string): string => join(tmpdir(), `kalium-bench-${runId}`);

/** Makes the folder of a new run, owned by this process: `sweep` leaves it alone while we live. */
export async function createRunDirectory(): Promise<RunDirectory> {
  const runId = randomBytes(3).toString("hex");
  const path = runDirectoryOf(runId);
  const draft = `${path}.draft`;
  const owner: Owner = { pid: process.pid, startTicks: (await startTicksOf(process.pid)) ?? 0 };
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

/** Process that owns a run and still lives. */
export async function livingOwner(runId: string): Promise<number | undefined> {
  const text = await readFile(join(runDirectoryOf(runId), "owner.json"), "utf8").catch(() => "");
  if (text === "") return undefined;
  const { pid, startTicks } = JSON.parse(text) as Owner;
  return (await startTicksOf(pid)) === startTicks ? pid : undefined;
}

/**
 * When a living process started, in clock ticks since boot. One that was killed stays in /proc until its parent collects
 * it, which the first process of a container may never do: it does not live.
 */
export async function startTicksOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field is the program's name in brackets, which may itself hold spaces and brackets.
  const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields[18];
  return ticks === undefined || "ZX".includes(state) ? undefined : Number(ticks);
}
