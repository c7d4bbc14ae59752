import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { describe, expect, onTestFinished, test } from "vitest";
import type { LocalNetworkInfo } from "../../contracts/runtime.ts";
import { poll } from "../../base/deadline.ts";
import { messageOf } from "../../base/errors.ts";
import { startMysql, sweepLocalMysql } from "./index.ts";
import { localServerPath } from "./sweep.ts";
import {
  createTable,
  loopback,
  newRun,
  noLocalServer,
  startOwner,
  startPrivateServer,
  type TestServerRun,
} from "./test-server.ts";

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe.skipIf(noLocalServer !== undefined)(`a private server${noLocalServer ? ` (${noLocalServer})` : ""}`, () => {
  test("it starts on a free port of loopback, says what it is, and leaves nothing behind", async () => {
    await using run = await newRun();
    const server = await startMysql({ ...run, network: loopback });
    const { source, version, skipped, endpoint, functionEndpoint, sqlMode } = server.info;
    expect(["local", "docker"]).toContain(source);
    expect(version).toMatch(/^\d+\.\d+/);
    expect(skipped.map(({ source }) => source)).toEqual(source === "local" ? ["docker"] : []);
    expect(endpoint).toEqual(functionEndpoint);
    expect(sqlMode).toBe("STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION");
    await server.stop();
    expect(await readdir(run.runDirectory)).toEqual([]);
    await expect(server.createDatabase("late", [])).rejects.toThrow();
  });

  test("on a bridge it listens on port 3306 of the bridge address alone, for accounts of the subnet", async (ctx) => {
    const network = await makeBridge();
    if (typeof network === "string") return ctx.skip(`no bridge can be made: ${network}`);
    await using server = await startPrivateServer({ network });
    expect(server.info.functionEndpoint).toEqual({ host: network.hostAddress, port: 3306 });
    const access = await server.createDatabase("native", [createTable]);
    const query = async (localAddress: string): Promise<void> => {
      const stream = (): Socket => connect({ host: access.host, port: access.port, localAddress });
      const connection = await createConnection({ ...access, stream });
      await connection.query("SELECT * FROM fruit");
      await connection.end();
    };
    await query(network.hostAddress.replace(/1$/, "2"));
    await expect(query("127.0.0.1")).rejects.toThrow(/denied|not allowed/);
    await expect(createConnection({ ...access, host: "127.0.0.1" })).rejects.toThrow(/ECONNREFUSED/);
  });

  test.for([
    [undefined, "0"],
    [true, "1"],
  ] as const)("a commit waits for the disk where that is asked for: durable %s", async ([durable, expected]) => {
    await using server = await startPrivateServer({ durable });
    const { endpoint, adminUser: user, adminPassword: password } = server.info;
    const admin = await createConnection({ ...endpoint, user, password });
    const [rows] = await admin.query<RowDataPacket[]>("SELECT @@innodb_flush_log_at_trx_commit AS kept");
    await admin.end();
    expect(String(rows[0]?.["kept"])).toBe(expected);
  });

  test("no account is without a password, and no password is in arguments or left in files", async () => {
    await using server = await startPrivateServer();
    const directory = await realpath(localServerPath(server.runDirectory));
    const pid = Number(await readFile(join(directory, "pid"), "utf8"));
    const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8");
    expect(commandLine).toContain("--init-file=");
    expect(commandLine).not.toContain(server.info.adminPassword);
    expect(await readdir(directory)).not.toContain("first.sql");
    expect((await stat(directory)).mode & 0o077).toBe(0);
    expect((await stat(`/proc/${pid}`)).uid).not.toBe(0);
    const { host, port } = server.info.endpoint;
    for (const user of ["root", "", "mysql"]) {
      await expect(createConnection({ host, port, user, password: "" })).rejects.toThrow(/denied/);
    }
  });

  test("a port that is taken is named", async () => {
    await using run = await newRun();
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const started = startMysql({ ...run, network: loopback, source: "local", port });
    await expect(started).rejects.toThrow(/cannot use its port: .*EADDRINUSE/);
    expect(await readdir(run.runDirectory)).toEqual([]);
  });

  test("a start that is given up leaves nothing behind", async () => {
    await using run = await newRun();
    const cancelled = AbortSignal.timeout(450);
    await expect(startMysql({ ...run, network: loopback, source: "local" }, cancelled)).rejects.toThrow();
    expect(await readdir(run.runDirectory)).toEqual([]);
  });

  test("when its owner is killed, the server and its files go", async () => {
    await using run = await newRun();
    const owner = await startOwner(run, "local");
    const { serverPid } = await pidsOf(run);
    owner.kill("SIGKILL");
    await poll({ what: "the server and its files to go", timeoutMs: 60_000, intervalMs: 20 }, async () =>
      !isAlive(serverPid) && (await readdir(run.runDirectory)).length === 0 ? true : undefined,
    );
  });

  test("when even its keeper is killed, the server ends and the sweep removes the rest", async () => {
    await using run = await newRun();
    const owner = await startOwner(run, "local");
    const { serverPid, keeperPid } = await pidsOf(run);
    process.kill(keeperPid, "SIGKILL");
    const swept = poll({ what: "the sweep to find the files", timeoutMs: 60_000, intervalMs: 20 }, () =>
      sweepLocalMysql(run.runDirectory).then((found) => found || undefined),
    );
    await expect(swept).resolves.toBe(true);
    await poll({ what: "the server to end", timeoutMs: 60_000, intervalMs: 20 }, () =>
      Promise.resolve(isAlive(serverPid) ? undefined : true),
    );
    expect(await readdir(run.runDirectory)).toEqual([]);
    owner.kill("SIGKILL");
  });

  test("two servers run beside each other and know nothing of each other", async () => {
    await using one = await startPrivateServer();
    await using two = await startPrivateServer();
    await one.createDatabase("native", [createTable]);
    const { endpoint, adminUser: user, adminPassword: password } = two.info;
    const connection = await createConnection({ ...endpoint, user, password });
    const [rows] = await connection.query<RowDataPacket[]>("SHOW DATABASES LIKE 'kb%'");
    await connection.end();
    expect(rows).toEqual([]);
  });
});

/** A bridge with two addresses of the network for benchmarks (RFC 2544), or why there is none. */
async function makeBridge(): Promise<Extract<LocalNetworkInfo, { kind: "bridge" }> | string> {
  const bridge = `kbt${randomBytes(4).toString("hex")}`;
  const subnet = `198.18.${randomInt(256)}`;
  try {
    await execa("ip", ["link", "add", bridge, "type", "bridge"]);
    onTestFinished(async () => {
      await execa("ip", ["link", "delete", bridge]);
    });
    for (const host of [1, 2]) await execa("ip", ["address", "add", `${subnet}.${host}/24`, "dev", bridge]);
    await execa("ip", ["link", "set", bridge, "up"]);
  } catch (error) {
    return messageOf(error);
  }
  return { kind: "bridge", bridge, hostAddress: `${subnet}.1`, prefixLength: 24 };
}

async function pidsOf({
  runDirectory,
}: TestServerRun): Promise<{ readonly serverPid: number; readonly keeperPid: number }> {
  const serverPid = Number(await readFile(join(localServerPath(runDirectory), "pid"), "utf8"));
  const status = await readFile(`/proc/${serverPid}/status`, "utf8");
  return { serverPid, keeperPid: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]) };
}
