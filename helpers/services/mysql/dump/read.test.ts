import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { dumpSha256, readDump } from "./read.ts";

const dump = "-- MySQL dump\nCREATE TABLE `t` (a INT);\n";

async function folderOf(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kb-dump-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}
const fileOf = async (content: string | Buffer): Promise<string> =>
  join(await folderOf({ "dump.sql": content }), "dump.sql");

const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");

test.for([
  ["plain", Buffer.from(dump)],
  ["with a byte order mark", Buffer.from(`\ufeff${dump}`)],
  ["UTF-16, as PowerShell writes it", utf16(`\ufeff${dump}`)],
  ["UTF-16 of the other order", utf16(`\ufeff${dump}`).swap16()],
  ["UTF-16 without a mark", utf16(dump)],
  ["gzip", gzipSync(dump)],
  ["gzip in two parts", Buffer.concat([gzipSync(dump.slice(0, 9)), gzipSync(dump.slice(9))])],
  ["zstd", zstdCompressSync(dump)],
  ["gzip of UTF-16", gzipSync(utf16(`\ufeff${dump}`))],
] as const)("a dump is read: %s", async ([, content]) => {
  const path = await fileOf(content);
  await expect(readDump(path)).resolves.toEqual([{ path, sql: Buffer.from(dump), delimiter: ";" }]);
});

test("a dump is read: xz", async (ctx) => {
  const found = (process.env["PATH"] ?? "").split(":").map((folder) => readdir(folder).catch(() => []));
  ctx.skip(!(await Promise.all(found)).flat().includes("xz"), "no xz on PATH to pack one");
  const [file] = await readDump(await fileOf(execFileSync("xz", ["-c"], { input: dump })));
  expect(file?.sql.toString()).toBe(dump);
});

test.for([
  ["a picture", Buffer.from([0xff, 0xd8, 0, 1]), /is not an SQL dump.*\n.*KALIUM_SQL_DUMP/],
  ["an empty file", "", /is not an SQL dump.*\n.*KALIUM_SQL_DUMP/],
  ["a file without tables", "SELECT 1;\n", /is not an SQL dump.*\n.*--no-create-info/],
  ["XML", '<?xml version="1.0"?>\n<mysqldump/>', /it is XML\n.*--xml/],
  ["gzip without its end", gzipSync(dump).subarray(0, -9), /gzip cannot unpack it/],
  ["bzip2", "BZh91AY", /packed with bzip2\n.*bzip2 -d/],
  ["zip", Buffer.from([0x50, 0x4b, 3, 4]), /packed with zip\n.*unzip/],
  ["UTF-16 with letters that PowerShell has changed", utf16(`\ufeff${dump}-- Zo├½`), /line 3: it is UTF-16 with letters.*\n.*--result-file/],
] as const)("%s is refused", async ([, content, message]) => {
  await expect(readDump(await fileOf(content))).rejects.toThrow(message);
}); // prettier-ignore

test("a file that cannot be read is named", async () => {
  await expect(readDump("/nowhere/dump.sql")).rejects.toThrow(/cannot read the SQL dump \/nowhere\/dump\.sql/);
});

const finished = "Started dump at: 2026-01-01 00:00:00\nFinished dump at: 2026-01-01 00:00:01\n";

test("a folder of mydumper is read: tables, rows, views, triggers", async () => {
  const files = [
    "shop-schema-create.sql",
    "shop.b-schema.sql",
    "shop.v-schema.sql",
    "shop.b.00000.sql",
    "shop.b.00001.sql.gz",
    "shop.v-schema-view.sql",
    "shop.b-schema-triggers.sql",
    "shop-schema-post.sql",
  ];
  const contents = files.map((name) => [name, name.endsWith(".gz") ? gzipSync("x") : "x"] as const);
  const folder = await folderOf({ ...Object.fromEntries(contents), metadata: finished });
  const read = await readDump(folder);
  expect(read.map(({ path }) => basename(path))).toEqual(files);
  expect(read.map(({ delimiter }) => delimiter)).toEqual([";", ";", ";", ";", ";", ";\n", ";\n", ";\n"]);
  expect(new Set(read.map(({ sql }) => sql.toString()))).toEqual(new Set(["x"]));
  expect(await dumpSha256(folder)).toMatch(/^[0-9a-f]{64}$/);
});

test.for<readonly [string, Readonly<Record<string, string>>, RegExp]>([
  ["of --tab", { "t.sql": dump, "t.txt": "1\n" }, /rows in t\.txt\n.*--tab/],
  ["of MySQL Shell", { "@.json": "{}" }, /MySQL Shell wrote it/],
  [
    "that mydumper did not finish",
    { "metadata.partial": "Started dump at: x\n" },
    /does not say that mydumper finished/,
  ],
  ["with rows for LOAD DATA", { metadata: finished, "a.t.00000.dat": "1" }, /rows are not INSERT.*\n.*--load-data/],
  [
    "with two databases",
    { metadata: finished, "a.t-schema.sql": dump, "a.t.00000.sql": dump, "b.t.00000.sql.zst": dump },
    /two databases, a and b\n.*--database/,
  ],
  ["of something else", { "readme.md": "x" }, /no file metadata/],
])("a folder %s is refused", async ([, files, message]) => {
  await expect(readDump(await folderOf(files))).rejects.toThrow(message);
});

test("the SQL file of --tab is refused: its rows are beside it", async () => {
  const folder = await folderOf({ "t.sql": dump, "t.txt": "1\n" });
  await expect(readDump(join(folder, "t.sql"))).rejects.toThrow(/its rows are in .*t\.txt.*\n.*--tab/);
});

test("an empty folder is refused", async () => {
  const folder = join(await folderOf({}), "empty");
  await mkdir(folder);
  await expect(readDump(folder)).rejects.toThrow(/no file metadata/);
});
