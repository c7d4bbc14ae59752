import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RuntimeIdentity } from "../contracts/proof.ts";
import type { SandboxDriver, SandboxSpec } from "../contracts/sandbox.ts";
import { poll } from "../base/deadline.ts";
import { KaliumError } from "../base/errors.ts";
import { type AttachedProcess, attachProcess } from "./attached-process.ts";
import { type BundleOptions, writeBundle } from "./bundle.ts";
import { enterCgroup } from "./enter-cgroup.ts";
import { hostProof } from "./host-proof.ts";
import { functionUserId } from "./oci-driver.ts";
import { makeOutputPipes } from "./output-pipes.ts";
import type { Place, PlaceMaker } from "./place.ts";
import { attachBoth } from "./pod-process.ts";
import { isRunning } from "./pod-state.ts";
import { hostEnvironment, runCommand } from "./run-command.ts";
import { writeSecrets } from "./secrets.ts";
import { executableByAll } from "../base/open-to-all.ts";
import { skeletonRoot } from "./skeleton.ts";
import { type Launch, startSandbox } from "./start-sandbox.ts";

export interface PodDriverOptions {
  readonly identity: RuntimeIdentity;
  readonly places: PlaceMaker;
  readonly runDirectory: string;
  readonly nodeBinary: string;
  /** Address that functions ask for names. */
  readonly nameServer: string;
  /** Words before the runtime's binary. */
  readonly wrapper: readonly string[];
  /** Options before `run`, given the instance's own folder and its id; `stateFolder` is to be runsc's root. */
  flags(directory: string, id: string): readonly string[];
}

/** Program of the first container: it only keeps the sandbox. */
const pauseProgram = "/usr/bin/sleep";
const pauseTimeoutMs = 60_000;

/** The function's container; runsc matches ids by prefix, so the sandbox's must not begin it. */
const functionContainer = (id: string): string => `fn-${id}`;

/**
 * Sandboxes of two containers, as Kubernetes' pods: one that only keeps the sandbox, and in it the function. The
 * artifact's runsc registers a function with its guard in this form only. Both enter the instance's control group by
 * themselves and the bundles name none: runsc of 2020 makes folders that nobody can remove where a controller of
 * version 1 is not mounted, and cannot start at all on version 2.
 */
export async function podDriver(options: PodDriverOptions): Promise<SandboxDriver> {
  const { identity, places, runDirectory } = options;
  const nodeBinary = await executableByAll(options.nodeBinary, runDirectory);
  const userId = await functionUserId();

  const run = (
    spec: SandboxSpec,
    { directory, groups, outputs }: Pick<Place, "directory" | "outputs"> & { readonly groups: readonly string[] },
    name: "pause" | "function",
  ): Promise<AttachedProcess> => {
    const bundle = join(directory, name);
    const id = name === "pause" ? spec.id : functionContainer(spec.id);
    const command = [
      ...options.flags(directory, spec.id),
      "run",
      "--bundle",
      bundle,
      "--pid-file",
      pidFile(bundle),
      id,
    ];
    const bound = ["setpriv", "--pdeathsig", "KILL", ...options.wrapper];
    return attachProcess([...enterCgroup(groups), ...bound, identity.binary, ...command], {
      ...{ cwd: bundle, outputs },
      env: hostEnvironment,
      onLine: (stream, line) => spec.onLine(stream, line),
    });
  };

  const launch: Launch = {
    name: identity.runtime,
    async start(spec, place) {
      const { directory } = place;
      const root = await skeletonRoot({ ...options, nodeBinary, watchdogDirectory: spec.watchdogDirectory });
      await writePod(spec, place, { root, nodeBinary, userId });
      const groups = (await place.cgroup?.makeChild()) ?? [];
      const pause = await run(
        spec,
        { directory, groups, outputs: await makeOutputPipes(join(directory, "pause")) },
        "pause",
      );
      try {
        await poll(
          { what: `the pod of ${spec.id} to run`, timeoutMs: pauseTimeoutMs, intervalMs: 5 },
          async (): Promise<true | undefined> => {
            if (await isRunning(stateFolder(directory), spec.id)) return true;
            if (pause.running()) return undefined;
            throw new KaliumError("E_SANDBOX", `the pod's first container ended: ${pause.lastWords().join("\n")}`);
          },
        );
        return attachBoth(pause, await run(spec, { directory, groups, outputs: place.outputs }, "function"));
      } catch (error) {
        pause.kill("SIGKILL");
        throw error;
      }
    },
    async hasStarted(spec, { directory }, _child, exit) {
      if (exit === undefined) return isRunning(stateFolder(directory), functionContainer(spec.id));
      return exit.code !== runscFailed && (await podPid(directory, "function")) !== undefined;
    },
    async terminate(spec, { directory }, { signal }) {
      const kill = [...options.flags(directory, spec.id), "kill", functionContainer(spec.id), "TERM"];
      await runCommand([identity.binary, ...kill], { timeoutMs: 60_000, signal });
    },
    look: () => Promise.reject(new TypeError("pods of the artifact's builds answer for themselves")),
    proof: async (_spec, { directory, attachment }, child) =>
      hostProof(identity, (await podPid(directory, "pause")) ?? child.pid, attachment),
    explain: (_place, child) => Promise.resolve(child.lastWords().join("\n")),
  };
  return { start: (spec, signal) => startSandbox(launch, places, spec, signal) };
}

/** Exit code of runsc for its own failures. */
const runscFailed = 128;

async function writePod(
  spec: SandboxSpec,
  { directory, attachment }: Place,
  common: Pick<BundleOptions, "root" | "nodeBinary" | "userId">,
): Promise<void> {
  if (attachment.netns === undefined) {
    throw new KaliumError("E_SANDBOX", "a pod needs the run's bridge, and there is only loopback");
  }
  const [pause, ours] = [join(directory, "pause"), join(directory, "function")];
  await Promise.all([pause, ours].map((bundle) => mkdir(bundle)));
  const secretsDirectory = await writeSecrets(spec.secrets, join(directory, "secrets"), common.userId);
  const place = { ...common, attachment };
  await writeBundle({
    ...place,
    spec: { ...spec, command: ["node", "infinity"], env: hostName(spec) },
    directory: pause,
    nodeBinary: pauseProgram, // in Node's place, where the root file system has a file to mount it on
    secretsDirectory: undefined,
    cgroupsPath: undefined,
    annotations: { "io.kubernetes.cri.container-type": "sandbox" },
  });
  await writeBundle({
    ...place,
    spec,
    directory: ours,
    secretsDirectory,
    cgroupsPath: undefined,
    annotations: { "io.kubernetes.cri.container-type": "container", "io.kubernetes.cri.sandbox-id": spec.id },
  });
}

const hostName = ({ env: { HOSTNAME } }: SandboxSpec): Record<string, string> =>
  HOSTNAME === undefined ? {} : { HOSTNAME };

/** Where runsc keeps its records of a pod. */
export const stateFolder = (directory: string): string => join(directory, "state");

const pidFile = (bundle: string): string => join(bundle, "init-pid");

/** Process id of the sandbox, which the runtime writes when it has made the container; `undefined` before. */
async function podPid(directory: string, name: "pause" | "function"): Promise<number | undefined> {
  const text = await readFile(pidFile(join(directory, name)), "utf8").catch(() => "");
  return text.trim() === "" ? undefined : Number(text);
}
