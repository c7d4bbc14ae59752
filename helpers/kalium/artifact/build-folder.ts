/** The programs of the paper's artifact, which a user brings: `KALIUM_BUILD` names their folder. */
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import type { ArtifactRuntimeName, RuntimeName } from "../../contracts/system.ts";
import { KaliumError } from "../../base/errors.ts";

export const runscFiles: Readonly<Record<ArtifactRuntimeName, string>> = {
  "gvisor-stock": "runsc_stock",
  kalium: "runsc_kalium",
  "kalium-microbench": "runsc_microbench",
};

export const artifactRuntimes = Object.keys(runscFiles) as readonly ArtifactRuntimeName[];
export const isArtifactRuntime = (name: RuntimeName): name is ArtifactRuntimeName => name in runscFiles;

/**
 * Path of one of the artifact's programs.
 * @param folder its `build/bin`, or the folder above
 * @throws {KaliumError} E_RUNTIME_UNAVAILABLE that names the missing file
 */
export async function programOf(folder: string | undefined, name: string): Promise<string> {
  if (folder === undefined) {
    throw new KaliumError("E_RUNTIME_UNAVAILABLE", "no build of the artifact is named in KALIUM_BUILD", { hint });
  }
  for (const path of [join(folder, name), join(folder, "bin", name)]) {
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  throw new KaliumError("E_RUNTIME_UNAVAILABLE", `KALIUM_BUILD=${folder} has no executable ${name}`, { hint });
}

const hint = "Build the artifact and name its build/bin: docs/artifact-binaries.md";
