import type { Runtime } from "../contracts/runtime.ts";
import { messageOf } from "../base/errors.ts";
import { openPlaces } from "../sandboxes/place.ts";
import { processDriver } from "../sandboxes/process-driver.ts";
import { identifyBinary } from "./binary.ts";
import { hostKernelProblem } from "./inside.ts";

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
      return { available: true, identity, driver: processDriver(identity, makePlace) };
    } catch (error) {
      return { available: false, reason: messageOf(error), hint: "Run `npm ci`, which installs the pinned Node." };
    }
  },
};
