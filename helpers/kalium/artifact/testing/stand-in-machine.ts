/** What the artifact's programs expect of a machine, put there for a test and removed after it. */
import { access, mkdir, readFile, readlink, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { onTestFinished } from "vitest";
import { findProgram } from "../../../services/mysql/local-server.ts";
import { cachedRunsc, onPath } from "../../../runtimes/binary.ts";
import { compiledPaths, ownProcessNamespace } from "../preflight.ts";
import { standInMark, writeScript } from "./stand-in-build.ts";
import { whyNoWire } from "./stand-in-wire.ts";

export const machineRunsc = async (): Promise<string | undefined> => (await cachedRunsc()) ?? onPath("runsc");

/** Why no whole run with stand-ins is possible here; absent when one is. */
export async function whyNoStandIns(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "needs root, for sandboxes and for the paths that the artifact has compiled in";
  if ((await machineRunsc()) === undefined) return "needs runsc: npm run setup";
  if ((await findProgram("mysqld", "mariadbd")) === undefined) return "needs mysqld or mariadbd: npm run setup";
  const wire = whyNoWire();
  if (wire !== undefined) return wire;
  const network = await readlink(compiledPaths.network).catch(() => undefined);
  if (network === undefined) return `cannot read ${compiledPaths.network}: ${ownProcessNamespace} npm run test:peers`;
  const seclambda = await readFile(compiledPaths.seclambda, "utf8").catch(() => standInMark);
  if (!seclambda.includes(standInMark)) return `${compiledPaths.seclambda} is there, and not a stand-in`;
  return undefined;
}

/** `seclambda` and its folder at the compiled-in paths, until the test ends. Only what was not there is removed. */
export async function installSeclambda(standIn: string): Promise<void> {
  await writeScript(compiledPaths.seclambda, `exec ${standIn} "$@"`);
  onTestFinished(() => rm(compiledPaths.seclambda));
  const logs = compiledPaths.seclambdaLogs;
  const parent = dirname(logs);
  for (const folder of [parent, logs]) {
    const there = await access(folder).then(
      () => true,
      () => false,
    );
    if (there) continue;
    await mkdir(folder);
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    break; // with a parent that was not there goes everything in it
  }
  await mkdir(logs, { recursive: true });
}
