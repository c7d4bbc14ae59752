import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, rmSync } from "node:fs";
import { chown, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import { poll } from "../../deadline.ts";
import { KaliumError, messageOf } from "../../errors.ts";
import type { NetworkInfo } from "../../contracts.ts";
import { makeDataDirectory } from "../data-directory.ts";
import { serverFlags } from "../flags.ts";
import type { KeeperOptions } from "../keeper.ts";
import { findLocalServer, findProgram, type LocalServer } from "../local-server.ts";
import { newPassword } from "../names.ts";
import { chooseUser, makePrivateDirectory, type RunAs } from "../run-as.ts";
import { type Login, tryLogin } from "../session.ts";
import { localServerPath, pidFile, sweepLocalMysql } from "../sweep.ts";
import type { OpenedMysql } from "./opened.ts";

const startTimeoutMs = 60_000;

/**
 * A private instance of the machine's own server program: own directory, own user, own port, never the system's
 * service. @throws {KaliumError} E_MYSQL with the end of the server's log
 */
export async function openLocal({ runDirectory, network, port }: KeeperOptions): Promise<OpenedMysql> {
  const server = await findLocalServer();
  const runAs = await chooseUser();
  const directory = await makePrivateDirectory(localServerPath(runDirectory), runAs);
  let child: ChildProcess | undefined;
  const removeNow = (): void => {
    child?.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  };
  process.once("exit", removeNow); // our parent may give up in the middle of a start
  const stop = async (): Promise<void> => {
    if (child?.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill("SIGKILL"); // its data is thrown away: nothing to write back
      await exited;
    }
    await sweepLocalMysql(runDirectory);
    process.off("exit", removeNow);
  };
  try {
    await makeDataDirectory(server, join(directory, "data"), runAs);
    const host = network.hostAddress;
    const login = {
      endpoint: { host, port: await choosePort(network, port) },
      adminUser: "root",
      adminPassword: newPassword(),
    };
    const firstSql = await writeFirstSql(directory, login, runAs);
    child = await startServer(server, directory, login, runAs, firstSql);
    await waitUntilReady(child, directory, login);
    await rm(firstSql);
    return { ...login, accountHost: accountHost(network), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** 3306 where functions expect it; on loopback the port may be anyone's, so a free one. */
async function choosePort(network: NetworkInfo, port = network.kind === "bridge" ? 3306 : 0): Promise<number> {
  if (port !== 0) return port;
  const probe = createServer().listen(0, network.hostAddress);
  await once(probe, "listening");
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** The run's subnet as the host part of an account; both servers read address/mask. */
function accountHost(network: NetworkInfo): string {
  if (network.kind === "loopback") return network.hostAddress;
  const octets = network.hostAddress.split(".").map(Number);
  const mask = octets.map((_, index) => 256 - 2 ** (8 - Math.min(8, Math.max(0, network.prefixLength - 8 * index))));
  return `${octets.map((octet, index) => octet & (mask[index] ?? 0)).join(".")}/${mask.join(".")}`;
}

/** The server runs it before it listens. One statement per line: it drops the rest of a line without a word. */
async function writeFirstSql(directory: string, { endpoint, adminPassword }: Login, { ids }: RunAs): Promise<string> {
  const path = join(directory, "first.sql");
  const root = `'root'@'${endpoint.host}'`;
  const statements = [
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${adminPassword}';`,
    `CREATE USER ${root} IDENTIFIED BY '${adminPassword}';`,
    `GRANT ALL PRIVILEGES ON *.* TO ${root} WITH GRANT OPTION;`,
  ];
  await writeFile(path, `${statements.join("\n")}\n`, { mode: 0o600, flag: "wx" });
  if (ids.uid !== undefined && ids.gid !== undefined) await chown(path, ids.uid, ids.gid);
  return path;
}

async function startServer(
  { binary }: LocalServer,
  directory: string,
  { endpoint }: Login,
  { ids, flags }: RunAs,
  firstSql: string,
): Promise<ChildProcess> {
  const args = [
    ...["--no-defaults", ...flags, ...serverFlags, `--datadir=${directory}/data`, `--tmpdir=${directory}`],
    ...["--socket=", `--bind-address=${endpoint.host}`, `--port=${endpoint.port}`, `--init-file=${firstSql}`],
  ];
  // Where there is setpriv, the kernel ends the server with us, even when we are killed.
  const setpriv = process.platform === "linux" ? await findProgram("setpriv") : undefined;
  const command = setpriv === undefined ? [binary] : [setpriv, "--pdeathsig", "KILL", "--", binary];
  const log = openSync(join(directory, "server.log"), "wx", 0o600);
  try {
    const child = spawn(command[0] ?? binary, [...command.slice(1), ...args], {
      ...ids,
      stdio: ["ignore", log, log],
      cwd: directory,
    });
    child.once("error", () => undefined); // seen as the exit below
    if (child.pid !== undefined) await writeFile(join(directory, pidFile), String(child.pid), { mode: 0o600 });
    return child;
  } finally {
    closeSync(log);
  }
}

async function waitUntilReady(child: ChildProcess, directory: string, login: Login): Promise<void> {
  let last = "no answer yet";
  const what = `the private MySQL server on ${login.endpoint.host}:${login.endpoint.port}`;
  await poll({ what, timeoutMs: startTimeoutMs, intervalMs: 20, lastReason: () => last }, async () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) throw await died(directory);
    return tryLogin(login).then(
      () => true,
      (error: unknown) => void (last = messageOf(error)),
    );
  });
}

async function died(directory: string): Promise<KaliumError> {
  const log = await readFile(join(directory, "server.log"), "utf8").catch(() => "");
  const lastWords = log.trim().split("\n").slice(-15).join("\n");
  const hint = /address already in use/i.test(log)
    ? "Another server holds the port: stop it, or name it in KALIUM_MYSQL_URL."
    : /permission denied|errno:? 13/i.test(log)
      ? "AppArmor or SELinux may confine the server program: use Docker or KALIUM_MYSQL_URL."
      : undefined;
  return new KaliumError(
    "E_MYSQL",
    `the private MySQL server died at its start:\n${lastWords}`,
    hint === undefined ? {} : { hint },
  );
}
