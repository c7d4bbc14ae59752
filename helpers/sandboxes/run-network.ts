import type { LocalNetworkInfo } from "../contracts/runtime.ts";
import { messageOf } from "../base/errors.ts";
import { filterBridge, removeFilter } from "./bridge-filter.ts";
import { freeSubnet } from "./free-subnet.ts";
import { claimedNetworks, ipBatch, macOf } from "./ip.ts";
import { runOnce } from "./run-once.ts";

export interface RunNetwork {
  readonly info: LocalNetworkInfo;
  /** Deletes the bridge; sandboxes must be stopped before. Idempotent. */
  remove(): Promise<void>;
}

/** Every name that a run gives to interfaces, namespaces and cgroups begins so; `runId` is 6 hex characters. */
export const runPrefix = (runId: string): string => `kb${runId}`;

/**
 * Makes the run's private bridge; plain loopback, with the reason, where the machine or the user does not allow one.
 * `range`: where its addresses are to be, as the user has named it, `192.168.64.0/18`.
 * @throws {KaliumError} E_NETWORK when the named range is not free
 */
export async function createRunNetwork(runId: string, range?: string): Promise<RunNetwork> {
  if (process.geteuid?.() !== 0) return loopback("not root");
  const bridge = runPrefix(runId);
  let subnet: string;
  try {
    subnet = freeSubnet(await claimedNetworks(), runId, range);
    // With an address of its own: else it takes that of a port, changes it with the ports, and forgets all neighbours.
    await ipBatch([`link add ${bridge} address ${macOf(`${subnet}.1`)} type bridge`]);
  } catch (error) {
    if (range !== undefined) throw error;
    return loopback(messageOf(error));
  }
  const hostAddress = `${subnet}.1`;
  const remove = runOnce(async () => {
    await ipBatch([`link del ${bridge}`]);
    await removeFilter(bridge);
  });
  try {
    const unfiltered = await filterBridge(bridge, hostAddress);
    await ipBatch([`addr add ${hostAddress}/24 dev ${bridge}`, `link set ${bridge} up`]);
    const filter = unfiltered === undefined ? {} : { unfiltered };
    return { info: { kind: "bridge", bridge, hostAddress, prefixLength: 24, ...filter }, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

const loopback = (reason: string): RunNetwork => ({
  info: { kind: "loopback", hostAddress: "127.0.0.1", reason },
  remove: () => Promise.resolve(),
});
