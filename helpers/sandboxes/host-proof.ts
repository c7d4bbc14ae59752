import { lstat, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { sha256OfFile } from "../base/sha256-of-file.ts";
import type { HostProof, ImageEvidence, RuntimeIdentity } from "../contracts/proof.ts";
import type { ImageRoot } from "../contracts/sandbox.ts";
import { executableSha256 } from "./executable.ts";
import { ipAddresses } from "./ip.ts";
import type { NetworkAttachment } from "./network.ts";

/** What the host sees of the process that executes an instance, and of the instance's network. */
export async function hostProof(
  identity: RuntimeIdentity,
  pid: number,
  attachment: NetworkAttachment,
): Promise<HostProof> {
  const [argv, sha256, addresses] = await Promise.all([
    commandLineOf(pid),
    executableSha256(pid),
    hostKernelAddresses(attachment),
  ]);
  return {
    identity,
    argv,
    ...(sha256 !== undefined && { executableSha256: sha256 }),
    hostKernelAddresses: addresses,
  };
}

/** Arguments of a live process; empty when it is gone. */
export async function commandLineOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return text === "" ? [] : text.replace(/\0$/, "").split("\0");
}

/**
 * Addresses that the host's kernel holds for an instance, without its namespace's own loopback: gVisor's netstack
 * takes them over, and none is left.
 */
async function hostKernelAddresses(attachment: NetworkAttachment): Promise<readonly string[]> {
  if (attachment.netns === undefined) return [attachment.address];
  const interfaces = await ipAddresses(attachment.netns.name);
  return interfaces.filter(({ ifname }) => ifname !== "lo").flatMap((each) => each.addr_info.map(({ local }) => local));
}

/**
 * What of an image runs. The kernel names the program of a process without links, seen from the root that it was started
 * in, so that the same path below the unpacked image is the same file.
 * @param pid of the instance's first process; absent: the host does not see it
 */
export async function imageEvidence(root: ImageRoot, pid: number | undefined): Promise<ImageEvidence> {
  const { digest } = root;
  if (pid === undefined) return { digest };
  const [path, sha256] = await Promise.all([
    readlink(`/proc/${pid}/exe`).catch(() => undefined),
    executableSha256(pid),
  ]);
  if (path === undefined || sha256 === undefined) return { digest };
  const file = join(root.directory, path);
  const plain = await lstat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  return { digest, program: { path, sha256, inImage: plain && (await sha256OfFile(file)) === sha256 } };
}
