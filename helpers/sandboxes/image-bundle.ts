import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageRoot, SandboxSpec } from "../contracts/sandbox.ts";
import { slackBytes } from "./bundle.ts";
import { maskedPaths, readonlyPaths, seccompFilter } from "./confinement.ts";
import { lookProcess, toolsInside } from "./look-inside.ts";
import { resolvConf } from "./name-service.ts";
import type { NetworkAttachment } from "./network.ts";
import { rootIn } from "./image-root.ts";
import { inside } from "./skeleton.ts";
import { memoryDisk, readOnly } from "./mounts.ts";

export interface ImageBundleOptions {
  readonly spec: SandboxSpec & { readonly root: ImageRoot };
  /** Folder to write `config.json` to. */
  readonly directory: string;
  /** Folder on the host with the programs that look from inside. */
  readonly tools: string;
  readonly secretsDirectory: string | undefined;
  readonly attachment: NetworkAttachment;
  readonly nameServer: string;
  readonly cgroupsPath: string | undefined;
  /** The runtime is to keep calls of the host's kernel from it. */
  readonly confined?: boolean;
  /** Beside `mount` and the network's. */
  readonly namespaces: readonly ("pid" | "ipc" | "uts")[];
}

/**
 * Writes the OCI configuration of an instance of somebody else's image. Its surroundings are those of a pod: what
 * containerd gives to one by default, less the capabilities that reach beyond files and users.
 */
export async function writeImageBundle(options: ImageBundleOptions): Promise<void> {
  const { directory, spec, nameServer } = options;
  const openFiles = Math.min(wantedOpenFiles, await hardLimitOfOpenFiles());
  const hosts = "127.0.0.1\tlocalhost\n::1\tlocalhost\n";
  for (const [name, content] of Object.entries({ "resolv.conf": resolvConf(nameServer), hosts })) {
    await writeFile(join(directory, name), content);
    await chmod(join(directory, name), 0o644); // whatever the umask
  }
  await writeFile(join(directory, "config.json"), JSON.stringify(configOf(options, openFiles)), { mode: 0o600 });
  await writeFile(lookFile(directory), JSON.stringify(lookProcess(spec.root.user)), { mode: 0o600 });
}

/** The description of the process that looks from inside, for `exec --process`. */
export const lookFile = (directory: string): string => join(directory, "look.json");

const wantedOpenFiles = 65_536;

/** The machine's own may be lower, and only a capability that not every root has raises it. */
async function hardLimitOfOpenFiles(): Promise<number> {
  const limits = await readFile("/proc/self/limits", "utf8");
  const hard = /^Max open files +\S+ +(\d+)/m.exec(limits)?.[1];
  return hard === undefined ? wantedOpenFiles : Number(hard);
}

function configOf(options: ImageBundleOptions, openFiles: number): unknown {
  const { spec, directory, secretsDirectory } = options;
  const { root } = spec;
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: root.user,
      cwd: root.workingDirectory,
      args: spec.command,
      env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
      noNewPrivileges: true,
      capabilities: capabilitiesOf(root.user.uid),
      rlimits: [{ type: "RLIMIT_NOFILE", hard: openFiles, soft: openFiles }],
    },
    root: { path: rootIn(directory), readonly: root.readOnly },
    ...(options.namespaces.includes("uts") && { hostname: "fn" }),
    mounts: [
      { destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
      memoryDisk("/dev", ["strictatime", "mode=755", "size=65536k"]),
      memoryDisk("/dev/shm", ["noexec", "nodev", "mode=1777", "size=64m"]),
      ...(root.readOnly ? [memoryDisk("/tmp", ["nodev", "mode=1777", "size=64m"])] : []),
      { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"] },
      readOnly("/etc/resolv.conf", join(directory, "resolv.conf")),
      readOnly("/etc/hosts", join(directory, "hosts")),
      readOnly(toolsInside, options.tools),
      ...(secretsDirectory === undefined ? [] : [readOnly(inside.secrets, secretsDirectory)]),
    ],
    linux: {
      namespaces: [
        ...["mount", ...options.namespaces].map((type) => ({ type })),
        { type: "network", path: options.attachment.netns?.path },
      ],
      ...{ maskedPaths, readonlyPaths },
      ...(options.confined === true && { seccomp: seccompFilter() }),
      ...(options.cgroupsPath !== undefined && {
        cgroupsPath: options.cgroupsPath,
        resources: {
          memory: { limit: spec.memoryLimitBytes + slackBytes },
          devices: [{ allow: false, access: "rwm" }], // but those that the runtime itself puts into /dev
        },
      }),
    },
  };
}

/** What a program of root's needs to serve files and to become another user; an ordinary user has none in effect. */
const rootMay = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID"].map(
  (name) => `CAP_${name}`,
);

function capabilitiesOf(uid: number): Readonly<Record<string, readonly string[]>> {
  const inEffect = uid === 0 ? rootMay : [];
  return { bounding: rootMay, effective: inEffect, permitted: inEffect, inheritable: [], ambient: [] };
}
