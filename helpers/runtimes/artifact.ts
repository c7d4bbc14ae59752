import { mkdir } from "node:fs/promises";
import type { OpenedRuntime, Runtime, RuntimeSettings } from "../contracts/runtime.ts";
import type { ArtifactRuntimeName } from "../contracts/system.ts";
import { KaliumError, messageOf } from "../base/errors.ts";
import { programOf, runscFiles } from "../kalium/artifact/build-folder.ts";
import { listens } from "../kalium/artifact/ctr.ts";
import { bootLogFolder, podName } from "../kalium/artifact/pod.ts";
import { checkMachine, type CompiledPaths, compiledPaths, shieldProblem } from "../kalium/artifact/preflight.ts";
import { openPlaces } from "../sandboxes/place.ts";
import { podDriver, stateFolder } from "../sandboxes/pod-driver.ts";
import { identifyBinary } from "./binary.ts";
import { cure } from "./gvisor.ts";
import { oldGvisorProblem } from "./inside.ts";
import { missingPrecondition } from "./preconditions.ts";
import { probeDriver, probeTimes } from "./probe.ts";
import { rememberThatItWorks, workedBefore } from "./probe-memory.ts";

/** The platform that the artifact's builds were seen to work on, and the default of their time. */
const platform = "ptrace";
const network = "netstack";
/** Two containers one after the other, on the slower platform. */
const trialTimeoutMs = 2 * probeTimes.probeTimeoutMs;

/** runsc of 2020 as the artifact built it, in pods. `paths`: for tests, where the compiled-in ones are elsewhere. */
export const openArtifactRuntime =
  (name: ArtifactRuntimeName, paths: CompiledPaths = compiledPaths): Runtime["open"] =>
  async (settings, signal): Promise<OpenedRuntime> => {
    const missing = missingPrecondition(settings) ?? refusedCombination(settings);
    if (missing !== undefined) return { available: false, ...missing };
    try {
      const path = await programOf(settings.kaliumBuild, runscFiles[name]);
      if (name !== "gvisor-stock") await checkMachine(paths);
      const binary = await identifyBinary(path, probeTimes.versionTimeoutMs, signal);
      const identity = { runtime: name, ...binary, platform, network };
      const driver = await openPods(settings, identity, { paths, signal });
      return { available: true, identity, driver };
    } catch (error) {
      signal.throwIfAborted();
      const hint = (error instanceof KaliumError ? error.hint : undefined) ?? "Read docs/artifact-binaries.md.";
      return { available: false, reason: messageOf(error).replace(`\n  -> ${hint}`, ""), hint };
    }
  };

async function openPods(
  settings: RuntimeSettings,
  identity: Parameters<typeof podDriver>[0]["identity"],
  { paths, signal }: { readonly paths: CompiledPaths; readonly signal: AbortSignal },
) {
  const { runDirectory, nodeBinary } = settings;
  const { makePlace, cgroups } = await openPlaces(settings);
  await mkdir(bootLogFolder(runDirectory), { recursive: true });
  const driver = await podDriver({
    identity,
    places: makePlace,
    runDirectory,
    nodeBinary,
    nameServer: settings.network.hostAddress,
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
    const guarded = identity.runtime !== "gvisor-stock";
    if (guarded) await checkController(identity.runtime, paths.controllerPort);
    const env = { HOSTNAME: podName("trial") };
    await probeDriver(driver, { runDirectory, timeoutMs: trialTimeoutMs, signal, env }).catch(
      async (error: unknown) => {
        const lacking = guarded ? await shieldProblem() : undefined;
        throw lacking === undefined ? error : new KaliumError("E_SANDBOX", `${lacking}; ${messageOf(error)}`);
      },
    );
    await rememberThatItWorks(subject);
  }
  return driver;
}

/** A pod of a guarded build registers with the controller; its start waits for the answer without a time limit. */
async function checkController(runtime: string, port: number): Promise<void> {
  if (await listens(port)) return;
  throw new KaliumError("E_RUNTIME_UNAVAILABLE", `no controller listens on port ${port}, and ${runtime} needs one`, {
    hint: "Start ctr with a policy first; a run does so by itself.",
  });
}

function refusedCombination({
  gvisorNetwork,
  gvisorPlatform,
}: RuntimeSettings): { readonly reason: string; readonly hint: string } | undefined {
  if (gvisorNetwork === "host") {
    return {
      reason: "the artifact's guard is part of gVisor's own network stack and does not see the host's",
      hint: "Unset KALIUM_GVISOR_NETWORK.",
    };
  }
  if (gvisorPlatform === "auto" || gvisorPlatform === platform) return undefined;
  return {
    reason: `the artifact's builds run on ptrace here, not on ${gvisorPlatform}: systrap is younger than they are, and kvm has never worked`,
    hint: "Unset KALIUM_GVISOR_PLATFORM, or set it to ptrace for all of gVisor.",
  };
}

const named = (name: ArtifactRuntimeName, runtimeClass: string): Runtime => ({
  name,
  kind: "gvisor",
  onCluster: { runtimeClass },
  open: openArtifactRuntime(name),
  insideProblem: oldGvisorProblem,
});

export const gvisorStock = named("gvisor-stock", "gvisor-stock");
export const kalium = named("kalium", "gvisor-kalium");
export const kaliumMicrobench = named("kalium-microbench", "gvisor-microbench");
