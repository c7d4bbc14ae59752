import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { KaliumError, messageOf } from "../../base/errors.ts";
import type { NodeShell } from "../nodes/node-shell.ts";

/** Exit code 0: a connection was made. With what the node has. */
const connectScript = `host=$1 port=$2
if command -v bash >/dev/null; then timeout 5 bash -c ': </dev/tcp/'"$host/$port"
elif command -v nc >/dev/null; then nc -z -w 5 "$host" "$port"
else curl --silent --max-time 5 --output /dev/null "http://$host:$port/"; fi`;

/** Whether a node gets a TCP connection to an address. @throws {KaliumError} E_CLUSTER, E_TIMEOUT */
export const reachesFrom = async (shell: NodeShell, host: string, port: number): Promise<boolean> =>
  (await shell.run(connectScript, { args: [host, String(port)] })).code === 0;

/**
 * The address of this machine that the cluster can reach, proved from a node.
 * @param node address of a node: our address on the way to it is tried
 * @param given by the user; absent: found
 * @throws {KaliumError} E_NETWORK
 */
export async function reachableAddress(shell: NodeShell, node: string, given?: string): Promise<string> {
  const address = given ?? (await addressTowards(node));
  const server = createServer((socket) => socket.destroy());
  try {
    await once(server.listen(0, address), "listening");
    const { port } = server.address() as AddressInfo;
    if (await reachesFrom(shell, address, port)) return address;
    throw new Error(`node ${shell.node} cannot connect to ${address}:${port}`);
  } catch (error) {
    if (error instanceof KaliumError) throw error;
    throw new KaliumError("E_NETWORK", `the cluster cannot reach this machine: ${messageOf(error)}`, {
      hint: "Name an address of this machine that the nodes can reach (--client-address) and open its firewall, or use --services pod",
      cause: error,
    });
  } finally {
    server.close();
  }
}

/** Our own address on packets to `host`; none is sent. */
async function addressTowards(host: string): Promise<string> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    socket.connect(9, host);
    await once(socket, "connect");
    return socket.address().address;
  } finally {
    socket.close();
  }
}
