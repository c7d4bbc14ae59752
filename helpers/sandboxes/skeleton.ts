import { access, chmod, constants, copyFile, cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { KaliumError } from "../base/errors.ts";
import { openToAll } from "../base/open-to-all.ts";
import { nsswitchConf, resolvConf } from "./name-service.ts";
import { runCommand } from "./run-command.ts";

/** Where things are inside an OCI sandbox. */
export const inside = { node: "/opt/node", image: "/srv/fn", secrets: "/var/openfaas/secrets" } as const;

const made = new Map<string, Promise<string>>();

export interface SkeletonOptions {
  readonly runDirectory: string;
  readonly nodeBinary: string;
  /** Address where the sandboxes look names up. */
  readonly nameServer: string;
  /** Files of the watchdog, laid out as in the root; absent: none, and no shell. */
  readonly watchdogDirectory?: string | undefined;
}

/**
 * The root file system of all OCI sandboxes of a run, made once: empty folders to mount on, and the few libraries that
 * Node is linked to, with the watchdog's files over them. It hides the host's files, and starts faster than a bind mount
 * of `/usr` (docs/runtimes.md).
 */
export function skeletonRoot({ runDirectory, ...contents }: SkeletonOptions): Promise<string> {
  const { watchdogDirectory } = contents;
  const root = join(runDirectory, watchdogDirectory === undefined ? "root" : `root-${basename(watchdogDirectory)}`);
  const known = made.get(root);
  if (known !== undefined) return known;
  const making = makeRoot(root, contents);
  made.set(root, making);
  making.catch(() => made.delete(root));
  return making;
}

async function makeRoot(
  root: string,
  { nodeBinary, nameServer, watchdogDirectory }: Omit<SkeletonOptions, "runDirectory">,
): Promise<string> {
  const draft = `${root}.${process.pid}`;
  for (const folder of ["etc", "proc", "sys", "dev", "tmp", "opt", inside.image, inside.secrets]) {
    await mkdir(join(draft, folder), { recursive: true });
  }
  await writeFile(join(draft, inside.node), ""); // a file to mount the Node binary on
  await writeFile(join(draft, "etc/passwd"), "root:x:0:0::/tmp:/bin/false\nnobody:x:65534:65534::/tmp:/bin/false\n");
  await writeFile(join(draft, "etc/hosts"), "127.0.0.1 localhost\n::1 localhost\n");
  await writeFile(join(draft, "etc/nsswitch.conf"), nsswitchConf);
  await writeFile(join(draft, "etc/resolv.conf"), resolvConf(nameServer));
  const tools = await proofTools();
  if (watchdogDirectory !== undefined) {
    tools.push(shell); // what images start with
    await cp(watchdogDirectory, draft, { recursive: true });
  }
  for (const tool of tools) await copyInto(draft, tool);
  for (const program of [nodeBinary, ...tools]) {
    for (const library of await librariesOf(program)) await copyInto(draft, library);
  }
  await openToAll(draft);
  await chmod(join(draft, "tmp"), 0o1777); // runc gives the tmpfs on it this mode, and ignores the mount option
  await rename(draft, root).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    // Another process of the run was faster.
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
  });
  return root;
}

async function copyInto(root: string, path: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await copyFile(path, join(root, path));
}

const shell = "/bin/sh";

/** The one program beside Node: gVisor's kernel log says what it is, and only `dmesg` can read it. */
export async function proofTools(): Promise<string[]> {
  const dmesg = "/usr/bin/dmesg";
  return access(dmesg, constants.X_OK).then(
    () => [dmesg],
    () => [],
  );
}

/** Absolute paths of the dynamic loader and of all libraries, as the loader itself finds them. @throws {KaliumError} E_SANDBOX */
export async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout, stderr } = await runCommand(["ldd", program], { timeoutMs: 60_000 });
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
  if (libraries.length > 0) return libraries;
  throw new KaliumError("E_SANDBOX", `ldd finds no libraries of ${program}: ${stderr.trim() || stdout.trim()}`, {
    hint: "Use the Node binary that `npm ci` installs (node_modules/.bin/node).",
  });
}
