/**
 * Latency and jitter between functions and the database. The kernel of this machine may lack netem, so a relay stands in
 * between: rules in the namespaces of the instances, which the run has made, send their connections to it.
 */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { seededRandom } from "../../../../reports/stats/random.ts";
import { runCommand } from "../../../sandboxes/run-command.ts";
import { nothingToHeal, type PrepareFault } from "./injection.ts";

const run = promisify(execFile);

export const slowNetwork: PrepareFault<"slow-network"> = ({ delayMs, jitterMs }) =>
  Promise.resolve({
    inject: async ({ runId }) => {
      const { stdout } = await run("ip", ["-4", "-o", "addr", "show", "dev", `kb${runId}`]);
      const host = /inet ([\d.]+)/.exec(stdout)?.[1] ?? "";
      const port = await startRelay(host, () => delayMs + jitterMs * (2 * random() - 1));
      const namespaces = (await readdir("/run/netns")).filter((name) => name.startsWith(`kb${runId}-`));
      const input = `
table ip chaos {
  chain output {
    type nat hook output priority -100;
    ip daddr ${host} tcp dport 3306 dnat to ${host}:${port}
  }
}
`;
      for (const name of namespaces) {
        const command = ["ip", "netns", "exec", name, "nft", "-f", "-"] as const;
        const { code, stderr } = await runCommand(command, { timeoutMs: 60_000, input });
        if (code !== 0) throw new Error(`nft refused the rules in ${name}: ${stderr}`);
      }
    },
    heal: nothingToHeal, // the rules go with the namespaces, at the end of the block
  });

const random = seededRandom(1);

/** Passes bytes on in their order, each piece late by `lateMs()`; ends both sides when one ends. */
async function startRelay(host: string, lateMs: () => number): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host, port: 3306, noDelay: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      let before = Promise.resolve();
      const later = (work: () => void): void => {
        const wait = new Promise((resolve) => setTimeout(resolve, lateMs()));
        before = before.then(() => wait).then(work);
      };
      from.on("data", (piece: Buffer) => later(() => void to.write(piece)));
      from.once("end", () => later(() => to.end()));
      from.on("error", () => to.destroy());
      from.once("close", () => sockets.delete(from));
    }
  });
  server.listen(0, host);
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}
