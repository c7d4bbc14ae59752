import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RuntimeIdentity } from "../contracts/proof.ts";
import type { ImageRoot, SandboxDriver, SandboxSpec } from "../contracts/sandbox.ts";
import { KaliumError } from "../base/errors.ts";
import { attachProcess, type ProcessExit } from "./attached-process.ts";
import { writeBundle } from "./bundle.ts";
import { hostProof, imageEvidence } from "./host-proof.ts";
import { lookFile, writeImageBundle } from "./image-bundle.ts";
import { overImage } from "./image-root.ts";
import { lookInside, lookTools } from "./look-inside.ts";
import { executableByAll } from "../base/open-to-all.ts";
import type { Place, PlaceMaker } from "./place.ts";
import { hostEnvironment, runCommand } from "./run-command.ts";
import { writeSecrets } from "./secrets.ts";
import { skeletonRoot } from "./skeleton.ts";
import { type Launch, startSandbox } from "./start-sandbox.ts";

export interface OciDriverOptions {
  readonly identity: RuntimeIdentity;
  /** The program that starts instances. Absent: the identity's own. */
  readonly binary?: string;
  readonly places: PlaceMaker;
  readonly runDirectory: string;
  readonly nodeBinary: string;
  /** Address that functions ask for names. */
  readonly nameServer: string;
  /** Words before the runtime's binary. */
  readonly wrapper: readonly string[];
  /** The same for what is asked of a running instance; absent: none. */
  readonly commandWrapper?: readonly string[];
  /** Of an image of somebody else's, beside `mount` and the network's; absent: all that our own instances have. */
  readonly imageNamespaces?: readonly ("pid" | "ipc" | "uts")[];
  /** Options before `run`, given the instance's own folder. */
  flags(directory: string, limited: boolean): readonly string[];
  /** Beside them, where all system calls are to be in the runtime's log; absent: it has no such log. */
  readonly traceFlags?: readonly string[];
  /** True once the runtime has started the function; `exit` is given when it is over. */
  hasStarted(directory: string, exit?: ProcessExit): Promise<boolean>;
  /** Process whose arguments tell what executes the sandbox; by default the attached `run`. */
  provingPid?(directory: string): Promise<number | undefined>;
  /** The runtime is to keep files and calls of the host's kernel from instances: `confinement.ts`. */
  readonly confined?: boolean;
  /** The host sees the first process of an instance. */
  readonly seesProgram: boolean;
}

/** Ordinary user of functions. In a user namespace that maps only root, root is the ordinary user outside. */
export async function functionUserId(): Promise<number> {
  const mapped = await readFile("/proc/self/uid_map", "utf8");
  const covers = mapped.split("\n").some((line) => {
    const [first = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
    return first <= 65534 && 65534 < first + count;
  });
  return covers ? 65534 : 0;
}

/** Sandboxes from an OCI bundle, run attached: the end of `run` is the end of the instance. */
export async function ociDriver(options: OciDriverOptions): Promise<SandboxDriver> {
  const { identity, places, wrapper, binary = identity.binary, imageNamespaces = ["pid", "ipc", "uts"] } = options;
  const confined = options.confined ?? false;
  const userId = await functionUserId();
  const nodeBinary = await executableByAll(options.nodeBinary, options.runDirectory);
  type Held = Omit<Place, "release" | "outputs">;
  const prepareOwn = async (spec: SandboxSpec, { directory, attachment, cgroup }: Held): Promise<void> => {
    const secretsDirectory = await writeSecrets(spec.secrets, join(directory, "secrets"), userId);
    await writeBundle({
      spec,
      directory,
      root: await skeletonRoot({ ...options, nodeBinary, watchdogDirectory: spec.watchdogDirectory }),
      nodeBinary,
      secretsDirectory,
      attachment,
      cgroupsPath: cgroup?.containerPath,
      userId,
      confined,
    });
  };
  const prepareImage = async (
    spec: SandboxSpec & { readonly root: ImageRoot },
    { directory, attachment, cgroup }: Held,
  ): Promise<void> => {
    const secretsDirectory = await writeSecrets(spec.secrets, join(directory, "secrets"));
    await writeImageBundle({
      spec,
      directory,
      tools: await lookTools(options.runDirectory),
      secretsDirectory,
      attachment,
      nameServer: options.nameServer,
      cgroupsPath: cgroup?.containerPath,
      confined,
      namespaces: imageNamespaces,
    });
  };
  const asked = (...words: readonly string[]): readonly [string, ...string[]] => {
    const [first = binary, ...rest] = [...(options.commandWrapper ?? []), binary, ...words];
    return [first, ...rest];
  };
  const launch: Launch = {
    name: identity.runtime,
    async start(spec, { directory, attachment, cgroup, outputs }) {
      if (attachment.netns === undefined) {
        throw new KaliumError("E_SANDBOX", `${identity.runtime} needs the run's bridge, and there is only loopback`);
      }
      const before = spec.root === undefined ? [] : await overImage(directory, spec.root, spec.memoryLimitBytes);
      await (spec.root === undefined
        ? prepareOwn(spec, { directory, attachment, cgroup })
        : prepareImage({ ...spec, root: spec.root }, { directory, attachment, cgroup }));
      const traceFlags = spec.traced === true ? (options.traceFlags ?? []) : [];
      const flags = [...options.flags(directory, cgroup !== undefined), ...traceFlags];
      const run = ["run", "--bundle", directory, "--pid-file", pidFile(directory), spec.id];
      // The runtime dies with the harness, and takes the sandbox along: start it from the main thread only.
      return attachProcess(["setpriv", "--pdeathsig", "KILL", ...before, ...wrapper, binary, ...flags, ...run], {
        ...{ cwd: directory, outputs },
        env: hostEnvironment,
        onLine: (stream, line) => spec.onLine(stream, line),
      });
    },
    hasStarted: (_spec, { directory }, _child, exit) => options.hasStarted(directory, exit),
    // Not through the attached `run`: runsc does not pass signals on.
    async terminate(spec, { directory, cgroup }, { signal }) {
      const flags = options.flags(directory, cgroup !== undefined);
      await runCommand(asked(...flags, "kill", spec.id, "TERM"), { timeoutMs: 60_000, signal });
    },
    async proof({ root }, { directory, attachment }, child) {
      const seen = await hostProof(identity, (await options.provingPid?.(directory)) ?? child.pid, attachment);
      if (root === undefined) return seen;
      const first = options.seesProgram ? await containerPid(directory) : undefined;
      return { ...seen, image: await imageEvidence(root, first) };
    },
    look({ id, root }, { directory, cgroup }, signal) {
      if (root === undefined) throw new TypeError(`${id} answers for itself`);
      const flags = options.flags(directory, cgroup !== undefined);
      return lookInside(asked(...flags, "exec", "--process", lookFile(directory), id), root, signal);
    },
    async explain({ directory }, child) {
      const words = child.lastWords();
      const logs = words.some((line) => line.includes("EOF")) ? await logTails(runtimeLogs(directory)) : [];
      return [...words, ...logs].join("\n");
    },
  };
  return { start: (spec, signal) => startSandbox(launch, places, spec, signal) };
}

/** Where a runtime writes its own logs, below the folder of an instance. */
export const runtimeLogs = (directory: string): string => join(directory, "log");

const pidFile = (directory: string): string => join(directory, "init-pid");

/** Process id that the runtime wrote when it had made the container; `undefined` before. */
export async function containerPid(directory: string): Promise<number | undefined> {
  const text = await readFile(pidFile(directory), "utf8").catch(() => "");
  return text.trim() === "" ? undefined : Number(text);
}

/** "EOF" means that another of the runtime's processes died: why stands at the end of its own log. */
async function logTails(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  const tails = await Promise.all(
    names.map(async (name) => {
      const lines = (await readFile(join(directory, name), "utf8")).trimEnd().split("\n");
      return [`${name}:`, ...lines.slice(-5)];
    }),
  );
  return tails.flat();
}
