import { readFile } from "node:fs/promises";
import type { HostProof, RuntimeIdentity } from "../contracts/proof.ts";
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
