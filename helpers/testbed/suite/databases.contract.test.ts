import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemNamed } from "../../config/systems.ts";
import { noLocalServer, type PrivateServer, startPrivateServer } from "../../services/mysql/test-server.ts";
import { type SeededDatabases, seedDatabases } from "./databases.ts";

/** Where the artifact keeps its dump, next to this project; these tests do without where it is absent. */
const artifactDump = fileURLToPath(
  new URL("../../../../shared/data/artifact/helloRetailVanillaFinal.sql", import.meta.url),
);

const names = ["native", "gvisor", "trapeze", "trapeze-as-shipped"];
const systems = names.map((name) => systemNamed(name));

describe.skipIf(noLocalServer !== undefined).for([
  ["generated rows", undefined],
  ["the artifact's dump", artifactDump],
] as const)("databases of %s", ([, dump]) => {
  const absent = dump !== undefined && !existsSync(dump);
  let server: PrivateServer;
  let databases: SeededDatabases;
  const secrets = new Map<string, string>();

  beforeAll(async () => {
    server = await startPrivateServer();
    if (absent) return;
    const putSecret = (name: string, value: string): Promise<void> => {
      secrets.set(name, value);
      return Promise.resolve();
    };
    databases = await seedDatabases(server, names, { putSecret }, dump === undefined ? "generated" : { dump });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.skipIf(absent)("every system has one of its own, whose password functions get", () => {
    const own = systems.map((system) => databases.accessOf(system));
    expect(new Set(own.map(({ database }) => database)).size).toBe(names.length);
    expect([...secrets.values()]).toEqual(own.map(({ password }) => password));
  });

  test.skipIf(absent)("none differs from its seed, neither at first nor after a reset", async () => {
    for (const system of systems) expect(await databases.changedTables(system)).toEqual([]);
    await databases.reset(systems);
    for (const system of systems) expect(await databases.changedTables(system)).toEqual([]);
  });

  test.skipIf(absent)("a facet that a process has added is a change, until the reset", async () => {
    const trapeze = systemNamed("trapeze");
    const add = "INSERT INTO productPrice (rowkey, rowvalues, label) VALUES ('4579874', '99', 'owner')";
    await server.reset(databases.accessOf(trapeze).database, add);
    expect(await databases.changedTables(trapeze)).toEqual(["productPrice"]);
    expect(await databases.changedTables(systemNamed("native"))).toEqual([]);
    await databases.reset([trapeze]);
    expect(await databases.changedTables(trapeze)).toEqual([]);
  });

  test.skipIf(absent)("a reset gives the rows of Trapeze their tables' labels back", async () => {
    const trapeze = systemNamed("trapeze");
    const { database } = databases.accessOf(trapeze);
    await server.reset(database, "UPDATE creditCardsName SET label = 'public'");
    expect(await databases.changedTables(trapeze)).toEqual(["creditCardsName"]);
    await databases.reset([trapeze]);
    expect(await databases.changedTables(trapeze)).toEqual([]);
  });
});
