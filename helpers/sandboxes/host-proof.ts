import { readFile } from "node:fs/promises";
import { ipAddresses } from "./ip.ts";
import type { Attachment } from "./network.ts";

/** Arguments of a live process; empty when it is gone. */
export async function commandLineOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return text === "" ? [] : text.replace(/\0$/, "").split("\0");
}

/**
 * Addresses that the host's kernel holds for an instance, without its namespace's own loopback: gVisor's netstack
 * takes them over, and none is left.
 */
export async function hostKernelAddresses(attachment: Attachment): Promise<readonly string[]> {
  if (attachment.netns === undefined) return [attachment.address];
  const interfaces = await ipAddresses(attachment.netns.name);
  return interfaces.filter(({ ifname }) => ifname !== "lo").flatMap((each) => each.addr_info.map(({ local }) => local));
}
