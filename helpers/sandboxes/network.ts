import { existsSync } from "node:fs";
import type { LocalNetworkInfo } from "../contracts/runtime.ts";
import { KaliumError } from "../base/errors.ts";
import { freePort } from "../base/free-port.ts";
import { ipBatch, ipBatchAnyway, macOf } from "./ip.ts";
import { runOnce } from "./run-once.ts";

export { createRunNetwork, type RunNetwork } from "./run-network.ts";

/** One instance's place in the run's network. */
export interface NetworkAttachment {
  /** Absent on loopback: the instance shares the host's namespace. */
  readonly netns:
    | {
        readonly name: string;
        readonly path: string;
        readonly nameServer: string;
        /** The other end of its interface, on this machine. */
        readonly hostInterface: string;
      }
    | undefined;
  readonly address: string;
  readonly port: number;
  /** For the function behind a watchdog: on the loopback of the instance's namespace, or of this machine. */
  readonly functionPort: number;
  /** Removes namespace and interfaces and gives the address back. Idempotent. */
  detach(): Promise<void>;
}

export interface Network {
  attach(): Promise<NetworkAttachment>;
}

/** Inside its own namespace: the watchdog's port, and the function's behind it. */
const insidePort = 8080;
const insideFunctionPort = 3000;

/** Runtimes of one process share the addresses of a bridge. */
const opened = new Map<string, Network>();

/** The user's side of `createRunNetwork`, in the process that starts sandboxes. */
export function openNetwork(info: LocalNetworkInfo): Network {
  if (info.kind === "loopback") return { attach: attachToLoopback };
  const known = opened.get(info.bridge);
  if (known !== undefined) return known;
  const network = openBridge(info);
  opened.set(info.bridge, network);
  return network;
}

function openBridge({ bridge, hostAddress }: LocalNetworkInfo & { readonly kind: "bridge" }): Network {
  const subnet = hostAddress.slice(0, hostAddress.lastIndexOf("."));
  /** Last numbers of free addresses; the one that is free for longest is taken first. */
  const free = Array.from({ length: 253 }, (_, index) => index + 2);
  return {
    async attach() {
      const host = free.shift();
      if (host === undefined) {
        throw new KaliumError("E_NETWORK", `all 253 addresses of ${bridge} are in use`, {
          hint: "Run fewer instances at a time, or stop some.",
        });
      }
      const name = `${bridge}-${host}`;
      const veth = `${bridge}h${host}`;
      const address = `${subnet}.${host}`;
      const mac = macOf(address);
      const path = `/run/netns/${name}`;
      const detach = runOnce(async () => {
        const complaints = await ipBatchAnyway([
          `neigh del ${address} dev ${bridge}`,
          `link del ${veth}`,
          `netns del ${name}`,
        ]);
        if (existsSync(path))
          throw new KaliumError("E_NETWORK", `${path} cannot be removed: ${complaints}`, {
            hint: "Run `npm run sweep`.",
          });
        free.push(host);
      });
      try {
        await ipBatch([
          `netns add ${name}`,
          `link add ${veth} type veth peer name eth0 address ${mac} netns ${name}`,
          `link set ${veth} master ${bridge} up`,
          `link set ${veth} type bridge_slave isolated on`,
          // Known in advance: a question (ARP) that netstack is not yet there to hear is repeated after a whole second.
          `neigh replace ${address} lladdr ${mac} dev ${bridge} nud permanent`,
        ]);
        await ipBatch(
          [
            "link set lo up",
            "link set eth0 addrgenmode none",
            "link set eth0 up",
            `addr add ${address}/24 dev eth0`,
            `route add default via ${hostAddress}`,
          ],
          name,
        );
      } catch (error) {
        await detach().catch(() => undefined);
        throw error;
      }
      return {
        netns: { name, path, nameServer: hostAddress, hostInterface: veth },
        address,
        port: insidePort,
        functionPort: insideFunctionPort,
        detach,
      };
    },
  };
}

/** Whoever gets the ports binds them itself, so nobody can hold them until then. */
async function attachToLoopback(): Promise<NetworkAttachment> {
  const port = await freePort();
  let functionPort = await freePort();
  while (functionPort === port) functionPort = await freePort();
  return { netns: undefined, address: "127.0.0.1", port, functionPort, detach: () => Promise.resolve() };
}
