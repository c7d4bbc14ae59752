import type { RuntimeIdentity } from "../contracts/proof.ts";
import type { Runtime, RuntimeSettings } from "../contracts/runtime.ts";
import type { SandboxDriver } from "../contracts/sandbox.ts";
import { KaliumError, messageOf } from "../base/errors.ts";
import { containerPid, ociDriver } from "../sandboxes/oci-driver.ts";
import { openPlaces, type PlaceMaker } from "../sandboxes/place.ts";
import { processDriver } from "../sandboxes/process-driver.ts";
import { identifyBinary, onPath } from "./binary.ts";
import { hostKernelProblem } from "./inside.ts";
import { missingPrecondition } from "./preconditions.ts";
import { runcFlags } from "./runc.ts";

/** No sandbox: a process on the host's kernel. The floor of all measurements. */
export const native: Runtime = {
  name: "native",
  kind: "process",
  onCluster: { reason: "a cluster runs pods, never bare processes", hint: "Compare with runc." },
  insideProblem: hostKernelProblem,
  async open(settings, signal) {
    try {
      const identity = {
        runtime: "native" as const,
        ...(await identifyBinary(settings.nodeBinary, 10_000, signal)),
        network: settings.network.kind === "bridge" ? "host kernel, own namespace" : "loopback",
      };
      const { makePlace } = await openPlaces(settings);
      const inImages = (): Promise<SandboxDriver> => imageDriver(identity, makePlace, settings);
      return { available: true, identity, driver: processDriver(identity, makePlace, inImages) };
    } catch (error) {
      return { available: false, reason: messageOf(error), hint: "Run `npm ci`, which installs the pinned Node." };
    }
  },
};

/**
 * Processes in the root file system of an image: runc changes the root and the user and then stands aside. They have no
 * namespaces but those of files, of the network, and of process ids, so that a program of root's cannot end the machine's.
 * @throws {KaliumError} E_RUNTIME_UNAVAILABLE
 */
async function imageDriver(
  identity: RuntimeIdentity,
  places: PlaceMaker,
  settings: RuntimeSettings,
): Promise<SandboxDriver> {
  const missing = missingPrecondition(settings);
  if (missing !== undefined) {
    throw new KaliumError("E_RUNTIME_UNAVAILABLE", `images of others: ${missing.reason}`, { hint: missing.hint });
  }
  const binary = settings.runcBinary ?? (await onPath("runc"));
  if (binary === undefined) {
    throw new KaliumError("E_RUNTIME_UNAVAILABLE", "native processes in images of others are started by runc", {
      hint: "Run `npm run setup`, which installs it.",
    });
  }
  return ociDriver({
    ...settings,
    identity,
    binary,
    places,
    nameServer: settings.network.hostAddress,
    wrapper: [],
    imageNamespaces: ["pid"],
    seesProgram: true,
    flags: (directory, limited) => runcFlags(binary, directory, limited),
    hasStarted: async (directory) => (await containerPid(directory)) !== undefined,
    provingPid: containerPid,
  });
}
