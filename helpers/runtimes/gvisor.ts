import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { OpenedRuntime, Runtime, RuntimeSettings } from "../contracts/runtime.ts";
import type { RuntimeName } from "../contracts/system.ts";
import { messageOf } from "../base/errors.ts";
import { containerPid, ociDriver, runtimeLogs } from "../sandboxes/oci-driver.ts";
import { openPlaces } from "../sandboxes/place.ts";
import { type BinaryIdentity, cachedRunsc, identifyBinary, onPath, tryFlags } from "./binary.ts";
import { defaultsAmong } from "./runsc-flags.ts";
import { gvisorProblem } from "./inside.ts";
import { missingPrecondition } from "./preconditions.ts";
import { probeDriver, type ProbeTimes, probeTimes } from "./probe.ts";
import { rememberThatItWorks, workedBefore } from "./probe-memory.ts";
import { notInstalled, notNamed, type Revision } from "./revision.ts";

/**
 * runsc takes a namespace that shows /proc/sys/net/core for the root one and refuses it; newer kernels show it in all.
 * An empty file system over it, in a mount namespace of its own, cures that. `exec` keeps the process id.
 */
export const cure = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /proc/sys/net && exec "$@"', "x"];

/** Exit code of runsc for its own failures. */
const runscFailed = 128;

type Platform = Exclude<RuntimeSettings["gvisorPlatform"], "auto">;

type GvisorRevision = Revision<RuntimeName> & {
  readonly flags: (settings: RuntimeSettings) => readonly string[] | undefined;
};

export const locateRunsc = async ({ runscBinary }: RuntimeSettings): Promise<string | undefined> =>
  runscBinary ?? (await cachedRunsc()) ?? onPath("runsc");

const own: GvisorRevision = {
  name: "gvisor",
  find: locateRunsc,
  flags: ({ runscFlags }) => runscFlags,
  absent: notInstalled("runsc (gVisor)"),
};

const reference: GvisorRevision = {
  name: "gvisor-ref",
  find: async (settings) => settings.runscReference ?? (settings.runscReferenceFlags && (await locateRunsc(settings))),
  flags: ({ runscReferenceFlags }) => runscReferenceFlags,
  absent: notNamed("KALIUM_RUNSC_REF"),
};

/** gVisor: its own kernel in user space (the sentry) with its own network stack. */
export const openGvisor =
  ({ probeTimeoutMs, versionTimeoutMs }: ProbeTimes, revision: GvisorRevision = own): Runtime["open"] =>
  async (settings, signal): Promise<OpenedRuntime> => {
    const missing = missingPrecondition(settings);
    if (missing !== undefined) return { available: false, ...missing };
    const path = await revision.find(settings);
    if (path === undefined) return { available: false, ...revision.absent };
    const flags = revision.flags(settings);
    const reasons: string[] = [];
    try {
      const binary = await identifyBinary(path, versionTimeoutMs, signal);
      const limits = { timeoutMs: versionTimeoutMs, signal };
      await tryFlags(binary.binary, flags ?? [], limits);
      const own = flags && { flags, defaultFlags: await defaultsAmong(binary.binary, flags, limits) };
      const platforms: readonly Platform[] =
        settings.gvisorPlatform === "auto" ? ["systrap", "ptrace"] : [settings.gvisorPlatform];
      for (const platform of platforms) {
        try {
          return await openPlatform(
            settings,
            { runtime: revision.name, ...binary, platform, ...own },
            { timeoutMs: probeTimeoutMs, signal },
          );
        } catch (error) {
          signal.throwIfAborted();
          reasons.push(`${platform}: ${messageOf(error)}`);
        }
      }
    } catch (error) {
      reasons.push(messageOf(error));
    }
    const hint = flags
      ? `Try without ${flags.join(" ")}; \`runsc flags\` lists what this build knows.`
      : "Run `npm run setup`, which fetches a release that works on most machines, or set KALIUM_RUNSC.";
    return { available: false, reason: reasons.join("\n"), hint };
  };

async function openPlatform(
  settings: RuntimeSettings,
  binary: BinaryIdentity & {
    readonly runtime: GvisorRevision["name"];
    readonly platform: Platform;
    readonly flags?: readonly string[];
    readonly defaultFlags?: readonly string[];
  },
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<OpenedRuntime> {
  const { runDirectory, nodeBinary, gvisorNetwork } = settings;
  const network = gvisorNetwork === "sandbox" ? "netstack" : "host kernel, own namespace";
  const identity = { ...binary, network };
  const { platform, sha256, flags: own = [] } = binary;
  const { makePlace, cgroups } = await openPlaces(settings);
  const driver = await ociDriver({
    identity,
    places: makePlace,
    runDirectory,
    nodeBinary,
    nameServer: settings.network.hostAddress,
    wrapper: cure,
    seesProgram: false,
    flags: (directory, limited) => [
      `--root=${join(directory, "state")}`,
      `--platform=${platform}`,
      `--network=${gvisorNetwork}`,
      "--overlay2=none", // nothing is writable but tmpfs
      "--file-access-mounts=exclusive", // nobody edits an image while it runs: no look at the host for each lookup
      `--debug-log=${runtimeLogs(directory)}/`, // warnings of the sentry and the gofer; needs the slash
      ...(limited ? [] : ["--ignore-cgroups"]),
      ...own, // last, so that they win
    ],
    traceFlags: ["--strace", "--strace-log-size=1"],
    async hasStarted(directory, exit) {
      if (exit === undefined) return (await stateOf(directory)).includes('"status":"running"');
      return exit.code !== runscFailed && (await containerPid(directory)) !== undefined;
    },
    provingPid: containerPid,
  });
  const subject = { sha256, platform, network, cgroups, flags: own };
  if (!(await workedBefore(subject))) {
    await probeDriver(driver, { runDirectory, ...limits });
    await rememberThatItWorks(subject);
  }
  return { available: true, identity, driver };
}

/** runsc's own record of the container, the only one in its state directory. */
async function stateOf(directory: string): Promise<string> {
  const state = join(directory, "state");
  const name = (await readdir(state).catch(() => [])).find((each) => each.endsWith(".state"));
  return name === undefined ? "" : readFile(join(state, name), "utf8").catch(() => "");
}

export const gvisor: Runtime = {
  name: "gvisor",
  kind: "gvisor",
  onCluster: { runtimeClass: "gvisor" },
  tracesCalls: true,
  open: openGvisor(probeTimes),
  insideProblem: gvisorProblem,
};
export const gvisorReference: Runtime = {
  ...gvisor,
  name: "gvisor-ref",
  onCluster: { runtimeClass: "gvisor-ref" },
  binarySetting: "KALIUM_RUNSC_REF",
  open: openGvisor(probeTimes, reference),
};
