import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Says that a pod's seclambda has died, and how where that can still be seen: what its function sends after that passes
 * undecided. runsc keeps the process id in its record of the sandbox; one that has none (a stand-in) tells nothing.
 * @param stateFolder runsc's root of this pod
 */
export async function proxyProblem(stateFolder: string): Promise<string | undefined> {
  const entries = await readdir(stateFolder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((each) => each.isFile())) {
    const record = await readFile(join(entry.parentPath, entry.name), "utf8").catch(() => "");
    const pid = Number(/"seclambdaPid":\s*(\d+)/.exec(record)?.[1] ?? 0);
    const end = pid === 0 ? undefined : await endOf(pid);
    if (end !== undefined) return `lost its seclambda, which ${end}, and decides nothing`;
  }
  return undefined;
}

/** How a process ended; `undefined`: it lives. Its parent need not have asked for its status: then it is a zombie. */
async function endOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return `is gone (process ${pid})`;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // from the third field on
  if (fields[0] !== "Z" && fields[0] !== "X") return undefined;
  const status = Number(fields[statusField - 3]);
  const [code, signal] = [(status >> 8) & 0xff, status & 0x7f];
  return `${signal === 0 ? `ended with ${code}` : `was ended by signal ${signal}`} (process ${pid})`;
}

/** Number of the exit status among the fields of `/proc/<pid>/stat`, proc(5). */
const statusField = 52;
