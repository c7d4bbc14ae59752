import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** A status is a word, in releases of 2020 a number: gVisor's `runsc/container/status.go`. */
const running = /"status":\s*(?:"running"|3\b)/;

/**
 * Whether a container runs, from runsc's own records: `<id>_sandbox:<sandbox>.state`, once `<id>.state`, and before that
 * a folder of its own with `meta.json`.
 */
export async function isRunning(stateFolder: string, id: string): Promise<boolean> {
  const names = await readdir(stateFolder).catch(() => []);
  const name = names.find((each) => each === id || (each.endsWith(".state") && each.split(/[_.]/)[0] === id));
  if (name === undefined) return false;
  const file = join(stateFolder, name === id ? `${id}/meta.json` : name);
  return running.test(await readFile(file, "utf8").catch(() => ""));
}
