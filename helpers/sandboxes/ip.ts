import { isIPv4 } from "node:net";
import { KaliumError } from "../base/errors.ts";
import type { ClaimedNetwork } from "./free-subnet.ts";
import { runCommand } from "./run-command.ts";

const timeoutMs = 60_000;

/**
 * Runs iproute2 commands in one process, optionally inside a network namespace; stops at the first that fails.
 * @throws {KaliumError} E_NETWORK
 */
export async function ipBatch(commands: readonly string[], netnsName?: string): Promise<void> {
  const inside: readonly string[] = netnsName === undefined ? [] : ["-n", netnsName];
  const { code, stderr } = await runCommand(["ip", ...inside, "-batch", "-"], {
    timeoutMs,
    input: `${commands.join("\n")}\n`,
  });
  if (code !== 0) {
    throw new KaliumError("E_NETWORK", `ip refused one of: ${commands.join("; ")}\n${stderr.trim()}`, {
      hint: "Run as root, with iproute2 installed (`npm run setup`).",
    });
  }
}

/**
 * The same for removal: carries on after a command that fails, because what it removes may be gone already.
 * Answers with the complaints.
 */
export async function ipBatchAnyway(commands: readonly string[]): Promise<string> {
  const { stderr } = await runCommand(["ip", "-force", "-batch", "-"], {
    timeoutMs,
    input: `${commands.join("\n")}\n`,
  });
  return stderr.trim();
}

export interface InterfaceAddresses {
  readonly ifname: string;
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number }[];
}

/** All interfaces with their addresses, on the host or in a namespace. */
export async function ipAddresses(netnsName?: string): Promise<readonly InterfaceAddresses[]> {
  const inside: readonly string[] = netnsName === undefined ? [] : ["-n", netnsName];
  const { code, stdout, stderr } = await runCommand(["ip", ...inside, "-j", "addr"], { timeoutMs });
  if (code !== 0) throw new KaliumError("E_NETWORK", `ip cannot list the addresses: ${stderr.trim()}`);
  return JSON.parse(stdout) as readonly InterfaceAddresses[];
}

interface Route {
  readonly dst: string;
  readonly dev?: string;
  readonly gateway?: string;
}

/** IPv4 networks that this machine's interfaces and routes claim, of all routing tables: a VPN often has its own. */
export async function claimedNetworks(): Promise<readonly ClaimedNetwork[]> {
  const routes = await runCommand(["ip", "-4", "-j", "route", "show", "table", "all"], { timeoutMs });
  if (routes.code !== 0) throw new KaliumError("E_NETWORK", `ip cannot list the routes: ${routes.stderr.trim()}`);
  const interfaces = await ipAddresses();
  return [
    ...interfaces.flatMap(({ ifname, addr_info }) =>
      addr_info
        .filter(({ local }) => isIPv4(local))
        .map(({ local, prefixlen }) => ({ network: `${local}/${prefixlen}`, by: `dev ${ifname}` })),
    ),
    ...(JSON.parse(routes.stdout.trim() || "[]") as readonly Route[])
      .filter(({ dst }) => isIPv4(dst.split("/")[0] ?? "")) // "default" is none
      .map(({ dst, dev, gateway }) => ({ network: dst, by: dev === undefined ? `via ${gateway}` : `dev ${dev}` })),
  ];
}

/** Hardware address made from an IPv4 address, so that it is known before anyone asks. */
export const macOf = (address: string): string =>
  `02:4b:${address
    .split(".")
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join(":")}`;
