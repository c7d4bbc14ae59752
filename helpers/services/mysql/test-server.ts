/** What the tests of this folder share: a run of their own, and a private server where the machine has one. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { startMysql, type MysqlOptions, type MysqlServer } from "./index.ts";
import { findProgram } from "./local-server.ts";

/** Why there is no private server on this machine; `undefined` where there is. */
export const noLocalServer =
  (await findProgram("mysqld", "mariadbd")) === undefined ? "no mysqld or mariadbd: run `npm run setup`" : undefined;

export const loopback = { kind: "loopback", hostAddress: "127.0.0.1" } as const;

export const newRunId = (): string => `test-${randomBytes(4).toString("hex")}`;

export interface TestServerRun extends AsyncDisposable {
  readonly runId: string;
  readonly runDirectory: string;
}

export async function newRun(): Promise<TestServerRun> {
  const runDirectory = await mkdtemp(join(tmpdir(), "kb-mysql-test-"));
  const remove = (): Promise<void> => rm(runDirectory, { recursive: true, force: true });
  return { runId: newRunId(), runDirectory, [Symbol.asyncDispose]: remove };
}

export interface PrivateServer extends MysqlServer, AsyncDisposable {
  readonly runDirectory: string;
}

/** The run's folder goes with the server. */
export async function startPrivateServer(options: Partial<MysqlOptions> = {}): Promise<PrivateServer> {
  const run = await newRun();
  const { runId, runDirectory } = run;
  const server = await startMysql({ runId, runDirectory, network: loopback, source: "local", ...options });
  const dispose = async (): Promise<void> => {
    await server.stop();
    await run[Symbol.asyncDispose]();
  };
  return { ...server, runDirectory, [Symbol.asyncDispose]: dispose };
}

/** A process that owns a server, as the main process of a run does. */
export async function startOwner(
  { runId, runDirectory }: TestServerRun,
  source: "local" | "docker",
): Promise<ChildProcess> {
  const script = `
    import { startMysql } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
    const server = await startMysql(${JSON.stringify({ runId, runDirectory, network: loopback, source })});
    console.log("up"); setInterval(() => server, 1000);`;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void owner.kill("SIGKILL"));
  await once(createInterface(owner.stdout), "line");
  return owner;
}

/** A table with two rows, and the SQL that brings them back. */
export const createTable = "CREATE TABLE fruit (rowkey VARCHAR(256) NOT NULL PRIMARY KEY, rowvalues MEDIUMTEXT)";
export const resetTestSql =
  "START TRANSACTION; DELETE FROM fruit; INSERT INTO fruit VALUES ('apple', 'rouge 🍎'); " +
  "INSERT INTO fruit VALUES ('pear', NULL); COMMIT";
