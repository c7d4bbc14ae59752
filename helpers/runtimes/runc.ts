import { basename, join } from "node:path";
import type { Runtime } from "../contracts/runtime.ts";
import type { RuntimeName } from "../contracts/system.ts";
import { messageOf } from "../base/errors.ts";
import { containerPid, ociDriver } from "../sandboxes/oci-driver.ts";
import { isHybrid, unifiedMountPoint } from "../sandboxes/cgroup-tree.ts";
import { openPlaces } from "../sandboxes/place.ts";
import { identifyBinary, onPath, tryFlags } from "./binary.ts";
import { hostKernelProblem } from "./inside.ts";
import { missingPrecondition } from "./preconditions.ts";
import { probeDriver, type ProbeTimes, probeTimes } from "./probe.ts";
import { rememberThatItWorks, workedBefore } from "./probe-memory.ts";
import { notInstalled, notNamed, type Revision } from "./revision.ts";

type RuncRevision = Revision<RuntimeName> & {
  /** The user's own, before every command. */
  readonly flags?: readonly string[];
};

/**
 * crun refuses a machine that has both versions of control groups, where one controller is of version 2. In a mount
 * namespace of its own without that tree, it uses version 1 as runc does. `exec` keeps the process id.
 */
const hideUnified = ["unshare", "-m", "sh", "-c", `umount ${unifiedMountPoint} && exec "$@"`, "x"];

const own: RuncRevision = {
  name: "runc",
  find: async ({ runcBinary }) => runcBinary ?? onPath("runc"),
  absent: notInstalled("runc"),
};

const reference: RuncRevision = {
  name: "runc-ref",
  find: ({ runcReference }) => Promise.resolve(runcReference),
  absent: notNamed("KALIUM_RUNC_REF"),
};

/** An ordinary container: the host's kernel behind namespaces. crun works too, when it is named as the binary. */
export const openRunc =
  (
    { probeTimeoutMs, versionTimeoutMs }: ProbeTimes,
    { name, find, absent, flags = [] }: RuncRevision = own,
  ): Runtime["open"] =>
  async (settings, signal) => {
    const missing = missingPrecondition(settings);
    if (missing !== undefined) return { available: false, ...missing };
    const path = await find(settings);
    if (path === undefined) return { available: false, ...absent };
    try {
      const binary = await identifyBinary(path, versionTimeoutMs, signal);
      const network = "host kernel, own namespace";
      await tryFlags(binary.binary, flags, { timeoutMs: versionTimeoutMs, signal });
      const identity = { runtime: name, ...binary, network, ...(flags.length > 0 && { flags }) };
      const wrapper = binary.version.startsWith("crun") && isHybrid() ? hideUnified : [];
      const { makePlace, cgroups } = await openPlaces(settings);
      const driver = await ociDriver({
        identity,
        places: makePlace,
        runDirectory: settings.runDirectory,
        nodeBinary: settings.nodeBinary,
        nameServer: settings.network.hostAddress,
        wrapper,
        commandWrapper: wrapper,
        confined: true,
        seesProgram: true,
        flags: (directory, limited) => [...runcFlags(path, directory, limited), ...flags],
        hasStarted: async (directory) => (await containerPid(directory)) !== undefined,
      });
      const subject = { sha256: binary.sha256, platform: "runc", network, cgroups, flags };
      if (!(await workedBefore(subject))) {
        await probeDriver(driver, { runDirectory: settings.runDirectory, timeoutMs: probeTimeoutMs, signal });
        await rememberThatItWorks(subject);
      }
      return { available: true, identity, driver };
    } catch (error) {
      const reason = messageOf(error);
      const hint =
        flags.length > 0 ? `Try without ${flags.join(" ")}; \`${path} --help\` lists what it knows.` : hintFor(reason);
      return { available: false, reason, hint };
    }
  };

/** crun refuses a machine that has both versions of control groups, and no setting of ours can change that. */
export const hintFor = (reason: string): string =>
  /cgroups in hybrid mode not supported/.test(reason)
    ? "Leave KALIUM_RUNC unset to measure runc; crun needs control groups version 2 alone (kernel parameter systemd.unified_cgroup_hierarchy=1)"
    : "Run `npm run setup`, or name another binary: docs/runtimes.md";

/** Before every command. @param limited by a control group */
export const runcFlags = (binary: string, directory: string, limited: boolean): readonly string[] => [
  "--root",
  join(directory, "state"),
  ...(limited ? [] : withoutGroups(binary)),
];

const withoutGroups = (binary: string): readonly string[] =>
  basename(binary) === "crun" ? ["--cgroup-manager=disabled"] : ["--rootless=true"];

export const runc: Runtime = {
  name: "runc",
  kind: "container",
  onCluster: { runtimeClass: undefined },
  open: openRunc(probeTimes),
  insideProblem: hostKernelProblem,
};
export const runcReference: Runtime = {
  ...runc,
  name: "runc-ref",
  onCluster: { reason: "a node has one runc", hint: "Compare runtimes of gVisor, or use KALIUM_PLATFORM=local." },
  binarySetting: "KALIUM_RUNC_REF",
  open: openRunc(probeTimes, reference),
};
