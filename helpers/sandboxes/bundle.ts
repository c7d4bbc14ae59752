import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxSpec } from "../contracts/sandbox.ts";
import { environmentOf } from "./environment.ts";
import type { NetworkAttachment } from "./network.ts";
import { inside } from "./skeleton.ts";
import { maskedPaths, readonlyPaths, seccompFilter } from "./confinement.ts";
import { memoryDisk, readOnly } from "./mounts.ts";

export interface BundleOptions {
  readonly spec: SandboxSpec;
  /** Folder to write `config.json` to. */
  readonly directory: string;
  readonly root: string;
  readonly nodeBinary: string;
  /** Folder on the host with the secrets; absent when there are none. */
  readonly secretsDirectory: string | undefined;
  readonly attachment: NetworkAttachment;
  /** Absent where control groups cannot be made. */
  readonly cgroupsPath: string | undefined;
  readonly userId: number;
  /** The runtime is to keep files and calls of the host's kernel from it. */
  readonly confined?: boolean;
  /** Words of Kubernetes' container runtime interface, for pods. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * The limit that counts stands one control group higher (`cgroup.ts`), where its counters outlive the container. This
 * one, a little wider so that it is never the first to be hit, tells gVisor how much memory to show inside.
 */
export const slackBytes = 1024 * 1024;

/** Writes the OCI configuration; the same for runsc, runc and crun. */
export async function writeBundle(options: BundleOptions): Promise<void> {
  await writeFile(join(options.directory, "config.json"), JSON.stringify(configOf(options)), { mode: 0o600 });
}

function configOf(options: BundleOptions): unknown {
  const { spec, userId } = options;
  const [program = "", ...args] = spec.command;
  const environment = environmentOf(spec, { PATH: "/opt:/usr/bin:/bin", HOME: "/tmp", attachment: options.attachment });
  const none: readonly string[] = [];
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: { uid: userId, gid: userId },
      cwd: inside.image,
      args: [program === "node" ? inside.node : program, ...args],
      env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      noNewPrivileges: true,
      capabilities: { bounding: none, effective: none, inheritable: none, permitted: none, ambient: none },
      rlimits: [{ type: "RLIMIT_NOFILE", hard: 4096, soft: 4096 }],
    },
    root: { path: options.root, readonly: true },
    hostname: "fn",
    ...(options.annotations && { annotations: options.annotations }),
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      memoryDisk("/dev", ["mode=755", "size=65536k"]),
      memoryDisk("/tmp", ["nodev", "mode=1777", "size=64m"]),
      readOnly(inside.image, spec.imageDirectory),
      readOnly(inside.node, options.nodeBinary),
      ...(options.secretsDirectory === undefined ? [] : [readOnly(inside.secrets, options.secretsDirectory)]),
    ],
    linux: {
      namespaces: [
        ...["pid", "ipc", "uts", "mount"].map((type) => ({ type })),
        { type: "network", path: options.attachment.netns?.path },
      ],
      ...(options.confined === true && { maskedPaths, readonlyPaths, seccomp: seccompFilter() }),
      // No processor quota: it throttles the start (docs/runtimes.md).
      ...(options.cgroupsPath === undefined
        ? {}
        : { cgroupsPath: options.cgroupsPath, resources: { memory: { limit: spec.memoryLimitBytes + slackBytes } } }),
    },
  };
}
