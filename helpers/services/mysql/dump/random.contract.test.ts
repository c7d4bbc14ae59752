import { join } from "node:path";
import { execa } from "execa";
import type { RowDataPacket } from "mysql2/promise";
import { createConnection, type Connection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differingTables } from "../index.ts";
import { findProgram } from "../local-server.ts";
import { noLocalServer, type PrivateServer, startPrivateServer } from "../test-server.ts";
import { randomDump } from "./random-dump.ts";
import { writeDump } from "./testing.ts";

const seeds = Array.from({ length: 12 }, (_, seed) => seed + 1);
const client = await findProgram("mariadb", "mysql");

describe.skipIf(noLocalServer !== undefined)(`random dumps${noLocalServer ? ` (${noLocalServer})` : ""}`, () => {
  let server: PrivateServer;
  let root: Connection;
  beforeAll(async () => {
    server = await startPrivateServer();
    const { endpoint, adminUser: user, adminPassword: password } = server.info;
    root = await createConnection({ ...endpoint, user, password, supportBigNumbers: true, bigNumberStrings: true });
  });
  afterAll(async () => {
    await root.end();
    await server[Symbol.asyncDispose]();
  });

  const importRandom = async (
    seed: number,
  ): Promise<{ readonly database: string; readonly changes: readonly string[] }> => {
    const { sql, changes } = randomDump(seed);
    const folder = await writeDump({ "random.sql": sql });
    const { database } = await server.importDump("random", join(folder, "random.sql"));
    return { database, changes };
  };
  const countersOf = async (database: string): Promise<readonly string[]> => {
    const counters: string[] = [];
    for (const table of await server.tables(database)) {
      const [[row]] = await root.query<RowDataPacket[]>("SHOW CREATE TABLE ??.??", [database, table]);
      counters.push(/AUTO_INCREMENT=\d+/.exec(String(row?.["Create Table"]))?.[0] ?? "none");
    }
    return counters;
  };

  test.for(seeds)("import, change, reset: seed %i", async (seed) => {
    const { database, changes } = await importRandom(seed);
    const [loaded, counters] = [await server.tableDigests(database), await countersOf(database)];
    const snapshot = await server.snapshot(database);
    await server.reset(database, ["SET SESSION foreign_key_checks=0", ...changes].join("; "));
    expect(differingTables(loaded, await server.tableDigests(database))).toEqual([...loaded.keys()]);
    await server.reset(database, snapshot);
    expect(differingTables(loaded, await server.tableDigests(database))).toEqual([]);
    expect(await countersOf(database)).toEqual(counters);
  });

  test.skipIf(client === undefined).for(seeds)("the server's own client loads the same: seed %i", async (seed) => {
    const { database } = await importRandom(seed);
    const { database: theirs } = await server.createDatabase("theirs", []);
    const { endpoint, adminUser, adminPassword } = server.info;
    const login = [`--host=${endpoint.host}`, `--port=${endpoint.port}`, `--user=${adminUser}`];
    await execa(
      client ?? "",
      [
        "--no-defaults",
        ...login,
        "--default-character-set=utf8mb4",
        "--binary-mode",
        "--max-allowed-packet=1G",
        theirs,
      ],
      { input: randomDump(seed).sql, env: { MYSQL_PWD: adminPassword } },
    );
    expect(await server.tableDigests(database)).toEqual(await server.tableDigests(theirs));
  });
});
