import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { programOf } from "../../kalium/artifact/build-folder.ts";
import { ctrJournal, superviseCtr } from "../../kalium/artifact/ctr.ts";
import { ctrPolicy } from "../../kalium/core/policy-export.ts";
import { parsePolicy } from "../../kalium/core/policy.ts";
import { shippedPolicy } from "../../kalium/core/policy-shipped.ts";
import { compiledPaths } from "../../kalium/artifact/preflight.ts";
import { sha256OfFile } from "../../base/sha256-of-file.ts";

/** What the run's record says about the artifact's programs besides runsc, which have no version. */
export async function guardPrograms({ runtimes: { kaliumBuild } }: Pick<Config, "runtimes">) {
  const identify = async (binary: string) => ({ binary, sha256: await sha256OfFile(binary) });
  return {
    ctr: await identify(await programOf(kaliumBuild, "ctr")),
    seclambda: await identify(compiledPaths.seclambda),
  };
}

/** Where a controller belongs: its working directory is made in the run's; its journal and output go to `folder`. */
interface CtrPlace {
  readonly runDirectory: string;
  readonly folder: string;
}

/**
 * Starts the artifact's controller for the whole run, with the run's policy. What it prints is kept in `ctr.log`.
 * @throws {KaliumError} E_RUNTIME_UNAVAILABLE without the program, E_POLICY for a policy that it cannot read, E_SERVICE
 */
export async function startLabCtr(
  { guard: { policyPath, ctrPolicyPath }, runtimes: { kaliumBuild } }: Pick<Config, "guard" | "runtimes">,
  { runDirectory, folder }: CtrPlace,
): Promise<AsyncDisposable> {
  const binary = await programOf(kaliumBuild, "ctr");
  const directory = join(runDirectory, "ctr");
  await mkdir(directory, { recursive: true });
  const policy = join(directory, "policy.json"); // it takes paths of at most 63 characters
  if (ctrPolicyPath === undefined) {
    await writeFile(policy, ctrPolicy(shippedPolicy(parsePolicy(await readFile(policyPath, "utf8"), policyPath))));
  } else {
    await copyFile(ctrPolicyPath, policy);
  }
  return superviseCtr({
    binary,
    directory,
    policyFile: "policy.json",
    journalPath: ctrJournal(folder),
    logPath: join(folder, "ctr.log"),
  });
}
