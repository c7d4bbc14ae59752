import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { LocalNetworkInfo } from "../../../contracts/runtime.ts";
import { KaliumError, messageOf } from "../../../base/errors.ts";
import { makeDataDirectory } from "../data-directory.ts";
import type { KeeperOptions } from "../info.ts";
import { findLocalServer } from "../local-server.ts";
import { newPassword } from "../names.ts";
import { chooseUser, makePrivateDirectory } from "../run-as.ts";
import { kill, startServerProcess, waitUntilReady } from "../server-process.ts";
import { localServerPath } from "../sweep.ts";
import type { OpenedMysql } from "./opened.ts";

/**
 * A private instance of the machine's own server program: own directory, own user, own port, never the system's
 * service. @throws {KaliumError} E_MYSQL with the end of the server's log
 */
export async function openLocal({ runDirectory, network, port, durable }: KeeperOptions): Promise<OpenedMysql> {
  const server = await findLocalServer();
  const runAs = await chooseUser();
  const directory = await makePrivateDirectory(localServerPath(runDirectory), runAs);
  let child: ChildProcess | undefined;
  const removeNow = (): void => {
    child?.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
    rmSync(localServerPath(runDirectory), { force: true });
  };
  process.once("exit", removeNow); // our parent may give up in the middle of a start
  const stop = async (): Promise<void> => {
    if (child !== undefined) await kill(child);
    removeNow();
    process.off("exit", removeNow);
  };
  try {
    await makeDataDirectory(server, join(directory, "data"), runAs);
    const endpoint = { host: network.hostAddress, port: await choosePort(network, port) };
    const login = { endpoint, adminUser: "root", adminPassword: newPassword() };
    child = await startServerProcess(server.binary, directory, login, runAs, durable);
    await waitUntilReady(child, directory, login);
    const { pid } = child;
    return { ...login, accountHost: accountHostOf(network), ...(pid !== undefined && { pid }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** 3306 where functions expect it; on loopback that port may be anyone's, so a free one. */
async function choosePort(network: LocalNetworkInfo, port = network.kind === "bridge" ? 3306 : 0): Promise<number> {
  const probe = createServer().listen(port, network.hostAddress);
  await once(probe, "listening").catch((error: unknown) => {
    throw new KaliumError("E_MYSQL", `the private server cannot use its port: ${messageOf(error)}`, {
      hint: `Stop what listens on port ${port} (\`ss -ltnp\`), or name a server in KALIUM_MYSQL_URL.`,
      cause: error,
    });
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : port;
}

/** The run's subnet as the host part of an account, `10.201.0.0/255.255.0.0`: MySQL and MariaDB both read that. */
export function accountHostOf(network: LocalNetworkInfo): string {
  if (network.kind === "loopback") return network.hostAddress;
  const octets = network.hostAddress.split(".").map(Number);
  const mask = octets.map((_, index) => 256 - 2 ** (8 - Math.min(8, Math.max(0, network.prefixLength - 8 * index))));
  return `${octets.map((octet, index) => octet & (mask[index] ?? 0)).join(".")}/${mask.join(".")}`;
}
