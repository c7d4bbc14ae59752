import { KaliumError } from "../errors.ts";
import { runCommand } from "./run-command.ts";

const timeoutMs = 20_000;

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
      hint: "the run's network needs root and iproute2 (`npm run setup`)",
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

/** Hardware address made from an IPv4 address, so that it is known before anyone asks. */
export const macOf = (address: string): string =>
  `02:4b:${address
    .split(".")
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join(":")}`;
