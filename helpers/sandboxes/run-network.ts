import { BlockList } from "node:net";
import type { LocalNetworkInfo } from "../contracts.ts";
import { KaliumError, messageOf } from "../errors.ts";
import { type InterfaceAddresses, ipAddresses, ipBatch, macOf } from "./ip.ts";
import { runOnce } from "./run-once.ts";

export interface RunNetwork {
  readonly info: LocalNetworkInfo;
  /** Why there is no bridge; absent when there is one. */
  readonly reason?: string;
  /** Deletes the bridge; sandboxes must be stopped before. Idempotent. */
  remove(): Promise<void>;
}

/** Every name that a run gives to interfaces, namespaces and cgroups begins so; `runId` is 6 hex characters. */
export const runPrefix = (runId: string): string => `kb${runId}`;

/** Makes the run's private bridge; plain loopback where the machine or the user does not allow one. */
export async function createRunNetwork(runId: string): Promise<RunNetwork> {
  if (process.geteuid?.() !== 0) return loopback("not root");
  const bridge = runPrefix(runId);
  let subnet: string;
  try {
    subnet = freeSubnet(await ipAddresses(), runId);
    // With an address of its own: else it takes that of a port, changes it with the ports, and forgets all neighbours.
    await ipBatch([`link add ${bridge} address ${macOf(`${subnet}.1`)} type bridge`]);
  } catch (error) {
    return loopback(messageOf(error));
  }
  const remove = runOnce(() => ipBatch([`link del ${bridge}`]));
  try {
    await ipBatch([`addr add ${subnet}.1/24 dev ${bridge}`, `link set ${bridge} up`]);
  } catch (error) {
    await remove();
    throw error;
  }
  return { info: { kind: "bridge", bridge, hostAddress: `${subnet}.1`, prefixLength: 24 }, remove };
}

const loopback = (reason: string): RunNetwork => ({
  info: { kind: "loopback", hostAddress: "127.0.0.1" },
  reason,
  remove: () => Promise.resolve(),
});

/**
 * First three numbers of a free /24 in 10.201.0.0/16. The search starts at a place given by the run, so that two runs
 * that start together do not race for the same one.
 */
export function freeSubnet(interfaces: readonly InterfaceAddresses[], runId: string): string {
  const taken = new BlockList();
  const addresses = interfaces.flatMap((each) => each.addr_info).filter(({ local }) => !local.includes(":"));
  for (const { local, prefixlen } of addresses) taken.addSubnet(local, prefixlen);
  const first = Number.parseInt(runId, 16) % 256;
  for (let offset = 0; offset < 256; offset++) {
    const subnet = `10.201.${(first + offset) % 256}`;
    const holds = addresses.some(({ local }) => local.startsWith(`${subnet}.`));
    if (!holds && !taken.check(`${subnet}.1`)) return subnet;
  }
  throw new KaliumError("E_NETWORK", "no free /24 in 10.201.0.0/16", { hint: "npm run sweep" });
}
