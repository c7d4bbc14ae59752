import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createConnection, type Connection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { connectMysql, type DatabaseAccess, type MysqlInfo } from "./index.ts";
import { createTable, noLocalServer, resetTestSql, startPrivateServer } from "./test-server.ts";

const artifactDump = fileURLToPath(
  new URL("../../../../shared/data/artifact/helloRetailVanillaFinal.sql", import.meta.url),
);

describe.skipIf(noLocalServer !== undefined)(`administration${noLocalServer ? ` (${noLocalServer})` : ""}`, () => {
  let server: Awaited<ReturnType<typeof startPrivateServer>>;
  beforeAll(async () => {
    server = await startPrivateServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const loginAs = async (access: DatabaseAccess): Promise<Connection> => {
    const connection = await createConnection({ ...access });
    onTestFinished(() => connection.end());
    return connection;
  };

  test("a function's account reads, writes and creates in its own database", async () => {
    const access = await server.createDatabase("works", [createTable]);
    const connection = await loginAs(access);
    await connection.query("CREATE TABLE more (id INT PRIMARY KEY)");
    await connection.query("INSERT INTO fruit VALUES ('fig', '1')");
    await connection.query("UPDATE fruit SET rowvalues = '2'");
    const [rows] = await connection.query<RowDataPacket[]>("SELECT rowkey, rowvalues FROM fruit");
    expect(rows).toEqual([{ rowkey: "fig", rowvalues: "2" }]);
    await connection.query("DELETE FROM fruit");
  });

  test.for([
    "DROP TABLE fruit",
    "ALTER TABLE fruit ADD COLUMN x INT",
    "TRUNCATE fruit",
    "CREATE DATABASE kb_other",
    "CREATE USER intruder IDENTIFIED BY 'x'",
    "SELECT * FROM mysql.user",
    "SET GLOBAL max_connections = 1",
    "SELECT 1 INTO OUTFILE '/tmp/kb-outfile'",
  ])("a function's account is refused: %s", async (sql) => {
    const connection = await loginAs(await server.createDatabase("least", [createTable]));
    await expect(connection.query(sql)).rejects.toThrow(/denied/i);
  });

  test("a function's account does not reach the database of another system", async () => {
    const theirs = await server.createDatabase("a_b", [createTable]);
    const connection = await loginAs(await server.createDatabase("a-c", [createTable]));
    await expect(connection.query(`SELECT * FROM ${theirs.database}.fruit`)).rejects.toThrow(/denied/i);
    // An underscore in a grant would be a wildcard: this name differs from the own one in such a place.
    const alike = (await server.createDatabase("axc", [createTable])).database;
    await expect(connection.query(`SELECT * FROM ${alike}.fruit`)).rejects.toThrow(/denied/i);
  });

  test("a reset brings the rows back, and the digest proves it", async () => {
    const { database, ...access } = await server.createDatabase("reset", [createTable]);
    const { resetMs } = await server.reset(database, resetTestSql);
    expect(resetMs).toBeGreaterThan(0);
    const seeded = await server.digest(database);
    const connection = await loginAs({ database, ...access });
    await connection.query("UPDATE fruit SET rowvalues = 'x' WHERE rowkey = 'pear'");
    expect(await server.digest(database)).not.toBe(seeded);
    await server.reset(database, resetTestSql);
    expect(await server.digest(database)).toBe(seeded);
  });

  test("the digest does not depend on the order of rows, but on tables, names and NULL", async () => {
    const rows = (values: string): string[] => ["CREATE TABLE t (a INT, b TEXT)", `INSERT INTO t VALUES ${values}`];
    const digestOf = async (name: string, statements: readonly string[]): Promise<string> =>
      server.digest((await server.createDatabase(name, statements)).database);
    const digest = await digestOf("d1", rows("(1, 'x'), (2, NULL)"));
    expect(await digestOf("d2", rows("(2, NULL), (1, 'x')"))).toBe(digest);
    expect(await digestOf("d3", rows("(2, ''), (1, 'x')"))).not.toBe(digest);
    expect(await digestOf("d4", [...rows("(1, 'x'), (2, NULL)"), "CREATE TABLE u (a INT)"])).not.toBe(digest);
    expect(
      await digestOf("d5", ["CREATE TABLE t (a INT, c TEXT)", "INSERT INTO t VALUES (1, 'x'), (2, NULL)"]),
    ).not.toBe(digest);
  });

  test("a snapshot brings back what a database held, bytes and all", async () => {
    const { database } = await server.createDatabase("snapshot", [
      "CREATE TABLE t (a INT, b TEXT, c BLOB, d DATETIME)",
      `INSERT INTO t VALUES (1, 'it''s \\\\ 🍎\\n', X'00FF', '2020-02-03 04:05:06'), (2, NULL, NULL, NULL)`,
    ]);
    const [digest, snapshot] = [await server.digest(database), await server.snapshot(database)];
    await server.reset(database, "DELETE FROM t");
    await server.reset(database, snapshot);
    expect(await server.digest(database)).toBe(digest);
  });

  test("another process administers the server by its JSON", async () => {
    const other = connectMysql(JSON.parse(JSON.stringify(server.info)) as MysqlInfo);
    onTestFinished(() => other.close());
    const { database } = await other.createDatabase("json", [createTable]);
    await other.reset(database, resetTestSql);
    expect(await server.digest(database)).toBe(await other.digest(database));
    await server.dropDatabase(database);
    await expect(other.digest(database)).rejects.toThrow(/has no tables, or does not exist/);
  });

  test("a database is replaced by a fresh one of its name, and the old password ends", async () => {
    const old = await server.createDatabase("again", [createTable]);
    const access = await server.createDatabase("again", []);
    expect(access.database).toBe(old.database);
    await expect(createConnection({ ...old })).rejects.toThrow(/denied/);
    const [tables] = await (await loginAs(access)).query<RowDataPacket[]>("SHOW TABLES");
    expect(tables).toEqual([]);
  });

  test("bad SQL leaves no database behind", async () => {
    await expect(server.createDatabase("bad", ["CREATE TABEL x"])).rejects.toThrow(
      /creating the tables of .*_bad failed/,
    );
    await expect(server.digest("bad")).rejects.toThrow(/does not exist/);
  });

  test("a row lock that a function holds ends a reset with its reason", async () => {
    const access = await server.createDatabase("locked", [createTable]);
    await server.reset(access.database, resetTestSql);
    const connection = await loginAs(access);
    await connection.query("START TRANSACTION");
    await connection.query("DELETE FROM fruit");
    await expect(server.reset(access.database, resetTestSql)).rejects.toThrow(/[^]*remove its instances first/);
    await connection.query("ROLLBACK");
  });

  test("the artifact's dump is imported as it is, gets its label column, and resets", async (ctx) => {
    ctx.skip(!existsSync(artifactDump), "the artifact's dump is not on this machine");
    const access = await server.importDump("dump", artifactDump);
    const connection = await loginAs(access);
    const [rows] = await connection.query<RowDataPacket[]>(
      "SELECT rowkey, LENGTH(rowvalues) AS bytes, label FROM storedPhotosTable",
    );
    expect(rows).toEqual([{ rowkey: "1", bytes: 225_637, label: 0 }]);
    const [digest, snapshot] = [await server.digest(access.database), await server.snapshot(access.database)];
    await connection.query("DELETE FROM storedPhotosTable");
    await server.reset(access.database, snapshot);
    expect(await server.digest(access.database)).toBe(digest);
    await expect(connection.query("DROP TABLE storedPhotosTable")).rejects.toThrow(/denied/); // no more than before
  });

  test.for([
    ["makes a second database", "CREATE TABLE x (a INT); CREATE DATABASE kb_escape;", /two databases/],
    ["leaves its database", "CREATE TABLE x (a INT); CREATE TABLE mysql.y (a INT);", /the server refused.*denied/],
    ["makes accounts", "CREATE TABLE x (a INT); CREATE USER evil IDENTIFIED BY 'x';", /an account or a grant/],
    [
      "is broken",
      "CREATE TABLE x (a INT); INSERT INTO nowhere VALUES (1);",
      /the server refused the SQL dump .*line 1/,
    ],
  ] as const)("a dump that %s is refused, and nothing of it stays", async ([, dump, message]) => {
    const folder = await mkdtemp(join(tmpdir(), "kb-dump-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, "dump.sql"), dump);
    await expect(server.importDump("refused", join(folder, "dump.sql"))).rejects.toThrow(message);
    await expect(server.digest(`kb_${server.info.runId.replace("-", "_")}_refused`)).rejects.toThrow(/does not exist/);
  });

  test("a reset of eight tables takes milliseconds", async () => {
    const names = Array.from({ length: 8 }, (_, index) => `t${index}`);
    const create = names.map((name) => `CREATE TABLE ${name} (rowkey VARCHAR(256) PRIMARY KEY, rowvalues MEDIUMTEXT)`);
    const { database } = await server.createDatabase("eight", create);
    const rows = names.map((name) => `DELETE FROM ${name}; INSERT INTO ${name} VALUES ('1', 'value')`);
    const sql = ["START TRANSACTION", ...rows, "COMMIT"].join("; ");
    const times: number[] = [];
    for (let round = 0; round < 60; round++) times.push((await server.reset(database, sql)).resetMs);
    times.sort((one, other) => one - other);
    expect(times[30]).toBeLessThan(50);
  });
});
