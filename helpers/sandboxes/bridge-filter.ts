import { messageOf } from "../base/errors.ts";
import { runCommand } from "./run-command.ts";

/**
 * Keeps the sandboxes of a bridge to the services that listen on the bridge's own address: whatever listens on all
 * addresses of this machine, its other addresses, IPv6 and the way beyond it are closed to them. The table has the
 * bridge's name.
 */

const timeoutMs = 60_000;

/**
 * Only packets that open a connection are looked at: an established one costs two comparisons a packet, and the
 * kernel's connection tracking stays off. Before Docker's and other rules (-150), so that none of them lets one through.
 */
const rulesOf = (bridge: string, hostAddress: string): string => `
table inet ${bridge} {
  chain from_sandboxes {
    ip daddr != ${hostAddress} drop
    meta nfproto ipv6 drop
    tcp flags & (fin | syn | rst | ack) == syn socket wildcard 1 reject with tcp reset
    meta l4proto udp socket wildcard 1 drop
  }
  chain input {
    type filter hook input priority -150; policy accept;
    iifname "${bridge}" jump from_sandboxes
  }
  chain forward {
    type filter hook forward priority -150; policy accept;
    iifname "${bridge}" drop
    oifname "${bridge}" drop
  }
}
`;

/** Answers why this machine cannot filter, or `undefined` when it does. */
export async function filterBridge(bridge: string, hostAddress: string): Promise<string | undefined> {
  try {
    const { code, stderr } = await runCommand(["nft", "-f", "-"], { timeoutMs, input: rulesOf(bridge, hostAddress) });
    return code === 0 ? undefined : `nft refused the rules: ${stderr.trim().split("\n")[0] ?? ""}`;
  } catch (error) {
    return isAbsent(error) ? "nft not found (package nftables)" : messageOf(error);
  }
}

/** Idempotent. */
export async function removeFilter(bridge: string): Promise<void> {
  if (!(await filteredBridges()).includes(bridge)) return;
  const { code, stderr } = await runCommand(["nft", "delete", "table", "inet", bridge], { timeoutMs });
  if (code !== 0 && (await filteredBridges()).includes(bridge)) {
    throw new Error(`the filter of ${bridge} cannot be removed: ${stderr.trim()}`);
  }
}

/** Names of all tables of this machine that filter a run's bridge. */
export async function filteredBridges(): Promise<readonly string[]> {
  try {
    const { stdout } = await runCommand(["nft", "list", "tables", "inet"], { timeoutMs });
    return [...stdout.matchAll(/^table inet (kb[0-9a-f]{6})$/gm)].map(([, name = ""]) => name);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";
