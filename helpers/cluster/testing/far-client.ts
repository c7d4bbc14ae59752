import { randomBytes } from "node:crypto";
import { KaliumError } from "../../base/errors.ts";
import { ipBatch } from "../../sandboxes/ip.ts";
import { runCommand } from "../../sandboxes/run-command.ts";

/** A network namespace of this machine that is to the cluster what a laptop far away is. Disposing removes it. */
export interface FarClient extends AsyncDisposable {
  /** Before a command: runs it there. */
  readonly through: readonly string[];
}

/** Of nobody else: runs have 10.201, the test cluster 10.202. */
const subnet = "10.203.0";

/**
 * From there only the API server's address and port are reached: no pod, no Service, no node port, no kubelet. Nobody
 * gets a connection to it.
 * @throws {KaliumError} E_NETWORK; nothing is left behind then
 */
export async function startFarClient(apiServer: string): Promise<FarClient> {
  const { hostname, port } = new URL(apiServer);
  const id = randomBytes(3).toString("hex");
  const [netns, near] = [`kbfar-${id}`, `kbfar${id}`];
  await using stack = new AsyncDisposableStack();
  await ipBatch([`netns add ${netns}`]);
  stack.defer(() => ipBatch([`netns del ${netns}`])); // its half of the pair, and with it ours, goes too
  await ipBatch([
    `link add ${near} type veth peer name eth0 netns ${netns}`,
    `addr add ${subnet}.1/30 dev ${near}`,
    `link set ${near} up`,
  ]);
  await ipBatch(
    ["link set lo up", `addr add ${subnet}.2/30 dev eth0`, "link set eth0 up", `route add default via ${subnet}.1`],
    netns,
  );
  const through = ["ip", "netns", "exec", netns] as const;
  const rules = `table inet far {
    chain out {
      type filter hook output priority 0; policy drop;
      oif lo accept
      ip daddr ${hostname} tcp dport ${port} accept
    }
    chain in {
      type filter hook input priority 0; policy drop;
      iif lo accept
      ct state established accept
    }
  }
  `;
  const { code, stderr } = await runCommand([...through, "nft", "-f", "-"], { timeoutMs: 10_000, input: rules });
  if (code !== 0) throw new KaliumError("E_NETWORK", `nft refuses the rules of ${netns}: ${stderr.trim()}`);
  const owned = stack.move();
  return { through, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
