/** The root file system of an instance of somebody else's image: the image below, a layer of memory over it. */
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { ImageRoot } from "../contracts/sandbox.ts";

/**
 * In a mount namespace of its own, which ends with the last process in it: nothing is left to unmount, however the
 * instance ends. Device nodes and setuid bits of the image have no effect. `image` is a link, because the options of
 * `mount` give commas and colons in a path another meaning.
 */
const script = [
  'cd "$0"',
  'mount -t tmpfs -o "nosuid,nodev,mode=700,size=$1" kalium-layer layer',
  "mkdir -m 755 layer/upper layer/work",
  "mount -t overlay -o nosuid,nodev,lowerdir=image,upperdir=layer/upper,workdir=layer/work kalium-root root",
  "shift",
  'exec "$@"',
].join(" && ");

/** Where the image lies in the mount namespace of an instance. */
export const rootIn = (directory: string): string => join(directory, "root");

/**
 * Words before a runtime that is to start in such a root.
 * @param directory the instance's own, where `image`, `layer` and `root` are made
 * @param writableBytes of the layer; they count as memory of the instance
 */
export async function overImage(directory: string, root: ImageRoot, writableBytes: number): Promise<readonly string[]> {
  await symlink(root.directory, join(directory, "image"));
  for (const folder of ["layer", "root"]) await mkdir(join(directory, folder), { mode: 0o700 });
  return ["unshare", "--mount", "sh", "-c", `${script} || exit 126`, directory, String(writableBytes)];
}
