import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noLocalServer, type PrivateServer, startPrivateServer } from "../test-server.ts";
import { expectReset } from "./testing.ts";

const folder = fileURLToPath(new URL("../../../../../shared/data/field/", import.meta.url));
const reason = noLocalServer ?? (existsSync(folder) ? undefined : "no ../shared/data/field beside the project");

/** Inputs after public bug reports. */
describe.skipIf(reason !== undefined)(`dumps of the field${reason ? ` (${reason})` : ""}`, () => {
  let server: PrivateServer;
  beforeAll(async () => {
    server = await startPrivateServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.for(reason === undefined ? globSync("d*", { cwd: folder }) : ["none"])(
    "%s is loaded and reset",
    async (name) => {
      const { database } = await server.importDump(name.slice(0, 3), join(folder, name));
      expect(await server.tables(database)).toContain("productCatalog");
      await expectReset(server, database);
    },
  );
});
