import { chown, mkdir, mkdtemp, readdir, readFile, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Whom a private server runs as, and what that needs. */
export interface RunAs {
  /** Options for starting a process. */
  readonly ids: { readonly uid?: number; readonly gid?: number };
  /** Servers refuse to run as root unless an option allows it. */
  readonly flags: readonly string[];
}

/** No account of a usual Linux, and not the functions' (`nobody`): they could read the server's memory and files. */
const serverUser = 65_531;

/** Root steps down to a user of its own, except in a user namespace without it: its root is an ordinary user. */
export async function chooseUser(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { ids: {}, flags: [] };
  return (await isMapped(serverUser))
    ? { ids: { uid: serverUser, gid: serverUser }, flags: [] }
    : { ids: {}, flags: ["--user=root"] };
}

async function isMapped(uid: number): Promise<boolean> {
  const map = await readFile("/proc/self/uid_map", "utf8").catch(() => "0 0 4294967295");
  return map
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .some(([first = 0, , count = 0]) => uid >= first && uid < first + count);
}

/**
 * Makes `path` as a directory that only this user enters. Where the user cannot get there (below root's home, say)
 * the directory is made in the system's temporary folder and `path` is a link to it.
 */
export async function makePrivateDirectory(path: string, { ids: { uid, gid } }: RunAs): Promise<string> {
  if (uid === undefined || gid === undefined) {
    await mkdir(path, { mode: 0o700 });
    return path;
  }
  let directory = path;
  if (await isOpenToAll(dirname(path))) await mkdir(path, { mode: 0o700 });
  else await symlink((directory = await mkdtemp(join(tmpdir(), "kb-mysql-"))), path);
  await chown(directory, uid, gid);
  return directory;
}

async function isOpenToAll(directory: string): Promise<boolean> {
  const { mode } = await stat(directory);
  if ((mode & 0o001) === 0) return false;
  const parent = dirname(directory);
  return parent === directory || isOpenToAll(parent);
}

/** Gives a directory and all below it to this user. */
export async function giveTo({ ids: { uid, gid } }: RunAs, directory: string): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  await chown(directory, uid, gid);
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  await Promise.all(entries.map((entry) => chown(join(entry.parentPath, entry.name), uid, gid)));
}
