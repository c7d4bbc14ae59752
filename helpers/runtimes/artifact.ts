import { mkdir } from "node:fs/promises";
import type { ArtifactRuntimeName, OpenedRuntime, Runtime, RuntimeSettings } from "../contracts.ts";
import { KaliumError, messageOf } from "../errors.ts";
import { programOf, runscFiles } from "../kalium/artifact/build-folder.ts";
import { bootLogFolder } from "../kalium/artifact/pod.ts";
import { checkCompiledPaths, type CompiledPaths, compiledPaths } from "../kalium/artifact/preflight.ts";
import { openPlaces } from "../sandboxes/place.ts";
import { podDriver, stateFolder } from "../sandboxes/pod-driver.ts";
import { identifyBinary } from "./binary.ts";
import { cure } from "./gvisor.ts";
import { missingPrecondition } from "./preconditions.ts";
import { probeDriver, probeTimes } from "./probe.ts";
import { rememberThatItWorks, workedBefore } from "./probe-memory.ts";

/** The platform that the artifact's builds were seen to work on, and the default of their time. */
const platform = "ptrace";
const network = "netstack";

/** runsc of 2020 as the artifact built it, in pods. `paths`: for tests, where the compiled-in ones are elsewhere. */
export const openArtifactRuntime =
  (name: ArtifactRuntimeName, paths: CompiledPaths = compiledPaths): Runtime["open"] =>
  async (settings, signal): Promise<OpenedRuntime> => {
    const missing = missingPrecondition(settings) ?? refusedCombination(settings);
    if (missing !== undefined) return { available: false, ...missing };
    try {
      const path = await programOf(settings.kaliumBuild, runscFiles[name]);
      if (name !== "gvisor-stock") await checkCompiledPaths(paths);
      const binary = await identifyBinary(path, probeTimes.versionTimeoutMs, signal);
      const identity = { runtime: name, ...binary, platform, network };
      const driver = await openPods(settings, identity, signal);
      return { available: true, identity, driver };
    } catch (error) {
      signal.throwIfAborted();
      const hint = (error instanceof KaliumError ? error.hint : undefined) ?? "docs/artifact-binaries.md";
      return { available: false, reason: messageOf(error).replace(`\n  -> ${hint}`, ""), hint };
    }
  };

async function openPods(
  settings: RuntimeSettings,
  identity: Parameters<typeof podDriver>[0]["identity"],
  signal: AbortSignal,
) {
  const { runDirectory, nodeBinary } = settings;
  const { makePlace, cgroups } = await openPlaces(settings);
  await mkdir(bootLogFolder(runDirectory), { recursive: true });
  const driver = await podDriver({
    identity,
    places: makePlace,
    runDirectory,
    nodeBinary,
    wrapper: cure,
    flags: (directory, id) => [
      `--root=${stateFolder(directory)}`,
      `--platform=${platform}`,
      "--network=sandbox",
      `--debug-log=${bootLogFolder(runDirectory, id)}/`, // the slash makes it a folder
    ],
  });
  const subject = { sha256: identity.sha256, platform, network: `${network}, pod`, cgroups };
  if (!(await workedBefore(subject))) {
    // Without HOSTNAME in its environment a trial does not ask for the controller.
    await probeDriver(driver, { runDirectory, timeoutMs: probeTimes.probeTimeoutMs, signal });
    await rememberThatItWorks(subject);
  }
  return driver;
}

function refusedCombination({
  gvisorNetwork,
  gvisorPlatform,
}: RuntimeSettings): { readonly reason: string; readonly hint: string } | undefined {
  if (gvisorNetwork === "host") {
    return {
      reason: "the artifact's guard sits in gVisor's own network stack and sees nothing of the host's",
      hint: "unset KALIUM_GVISOR_NETWORK",
    };
  }
  if (gvisorPlatform === "auto" || gvisorPlatform === platform) return undefined;
  return {
    reason: `the artifact's builds run on ptrace here, not on ${gvisorPlatform}: systrap is younger than they are, kvm was never seen to work`,
    hint: "unset KALIUM_GVISOR_PLATFORM, or set it to ptrace for all of gVisor",
  };
}

export const gvisorStock: Runtime = { name: "gvisor-stock", open: openArtifactRuntime("gvisor-stock") };
export const kalium: Runtime = { name: "kalium", open: openArtifactRuntime("kalium") };
export const kaliumMicrobench: Runtime = { name: "kalium-microbench", open: openArtifactRuntime("kalium-microbench") };
