/** What the tests of dumps share. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { differingTables, type DatabaseAccess } from "../index.ts";
import type { PrivateServer } from "../test-server.ts";

/** The first and the last lines that mysqldump writes. */
export const header =
  "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n" +
  "/*!50503 SET NAMES utf8mb4 */;\n" +
  "/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;\n" +
  "/*!40103 SET TIME_ZONE='+00:00' */;\n" +
  "/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n" +
  "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n" +
  "/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;\n";
export const footer =
  "/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n" +
  "/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n" +
  "/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n" +
  "/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;\n";

/** Files of one dump in a folder that goes with the test; a name that is a path makes no folder. */
export async function writeDump(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kb-dump-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

/** A dump of one file between mysqldump's first and last lines, imported. */
export async function load(
  server: PrivateServer,
  sql: string | Buffer,
  name = "loaded",
  tell?: (notice: string) => void,
): Promise<DatabaseAccess> {
  const folder = await writeDump({ "dump.sql": Buffer.concat([header, sql, footer].map((part) => Buffer.from(part))) });
  return server.importDump(name, join(folder, "dump.sql"), [], tell);
}

/** Empties and spoils every table, resets, and expects the digests of before, which the server made. */
export async function expectReset(server: PrivateServer, database: string): Promise<void> {
  const before = await server.tableDigests(database);
  const snapshot = await server.snapshot(database);
  const empty = [...before.keys()].map((table) => `DELETE FROM \`${table.replaceAll("`", "``")}\``);
  await server.reset(database, ["SET SESSION foreign_key_checks=0", ...empty].join("; "));
  const emptied = await server.tableDigests(database);
  for (const digest of emptied.values()) expect(digest).toMatch(/^0:/);
  for (let round = 0; round < 2; round++) {
    await server.reset(database, snapshot);
    expect(differingTables(before, await server.tableDigests(database))).toEqual([]);
  }
}
