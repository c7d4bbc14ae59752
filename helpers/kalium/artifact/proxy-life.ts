import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { startTicksOf } from "../../sandboxes/run-directory.ts";

/**
 * Says that a pod's seclambda has died: what its function sends after that passes undecided. runsc keeps the process id
 * in its record of the sandbox; one that has none (a stand-in) tells nothing.
 * @param stateFolder runsc's root of this pod
 */
export async function proxyProblem(stateFolder: string): Promise<string | undefined> {
  const entries = await readdir(stateFolder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries.filter((each) => each.isFile())) {
    const record = await readFile(join(entry.parentPath, entry.name), "utf8").catch(() => "");
    const pid = Number(/"seclambdaPid":\s*(\d+)/.exec(record)?.[1] ?? 0);
    if (pid !== 0 && (await startTicksOf(pid)) === undefined) return "lost its seclambda, and decides nothing";
  }
  return undefined;
}
