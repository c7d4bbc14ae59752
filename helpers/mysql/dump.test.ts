import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readDump } from "./dump.ts";

async function fileOf(content: string | Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kb-dump-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "dump.sql"), content);
  return join(folder, "dump.sql");
}

test("an SQL dump is read", async () => {
  const dump = "-- MySQL dump\nCREATE TABLE `t` (a INT);\n";
  await expect(readDump(await fileOf(dump))).resolves.toBe(dump);
});

test.for([
  ["a picture", Buffer.from([0xff, 0xd8, 0, 1])],
  ["an empty file", ""],
  ["a file without tables", "SELECT 1;\n"],
] as const)("%s is no SQL dump", async ([, content]) => {
  await expect(readDump(await fileOf(content))).rejects.toThrow(/is not an SQL dump.*\n.*KALIUM_SQL_DUMP/);
});

test("a file that cannot be read is named", async () => {
  await expect(readDump("/nowhere/dump.sql")).rejects.toThrow(/cannot read the SQL dump \/nowhere\/dump\.sql/);
});
