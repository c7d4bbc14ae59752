/**
 * SQL dumps, altered at random: the part of reading that needs no server. A server runs what comes out, in an
 * account that has rights in one database alone (helpers/services/mysql/dump/load.ts).
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lexing } from "../../services/mysql/dump/lexing.ts";
import { randomDump } from "../../services/mysql/dump/random-dump.ts";
import { readDump } from "../../services/mysql/dump/read.ts";
import { statementsOf } from "../../services/mysql/dump/statements.ts";
import { footer, header } from "../../services/mysql/dump/testing.ts";
import { tokensOf } from "../../services/mysql/dump/tokens.ts";
import { type DumpContext, translate } from "../../services/mysql/dump/translate.ts";
import { decoded, unpacked } from "../../services/mysql/dump/unpack.ts";
import { checkReader } from "./altered.test-support.ts";

const objects = `CREATE DATABASE /*!32312 IF NOT EXISTS*/ \`shop\` /*!40100 DEFAULT CHARACTER SET latin1 */; USE \`shop\`;
CREATE TABLE \`a\` (id INT, INDEX DIRECTORY='/x') ENGINE=InnoDB COLLATE utf8mb4_0900_ai_ci;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=\`root\`@\`%\`*/ /*!50003 TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.id = 1 */;;
DELIMITER ;
/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 DEFINER=\`a\`@\`b\` SQL SECURITY DEFINER */ /*!50001 VIEW v AS SELECT 1 */;
`;
const valid = Buffer.concat([Buffer.from(header + objects), randomDump(3).sql, Buffer.from(footer)]);
const words = [
  ...["'", '"', "`", "''", "\\'", ";", ";;", "--", "-- ", "#", "/*", "*/", "/*!", "/*M!", "/*!50003 ", "\nDELIMITER "],
  ...["\nDELIMITER //\n", "\nmysqldump: Error 1: x\n", "\\. /etc/passwd\n", "\x81", "\xff\xfe", "0x", "@@GLOBAL."],
  ...["GRANT ALL ON *.* TO x;", "SET GLOBAL a=1;", "USE mysql;", "DEFINER=", "FOR EACH ROW", "COLLATE utf8mb4_0900_x"],
];
/** The first is what the valid dump is written for. */
const lexings: readonly Lexing[] = ["utf8mb4", "sjis", "gbk"].flatMap((charset) =>
  [true, false].map((flag) => ({ backslashEscapes: flag, ansiQuotes: !flag, charset })),
);

const forServer =
  /^(?:\s|\/\*M?!\d*)*(?:USE\s+\S|(?:GRANT|REVOKE|SET\s+GLOBAL|CREATE\s+USER|LOAD\s+DATA|INSTALL)(?![\w$\x80-\xff]))/i;

/** As `load` reads a file; inputs of different length are read with different kinds of quotes. */
function readAll(sql: Buffer): void {
  const collations = new Set(["utf8mb4_0900_ai_ci"]);
  const context: DumpContext = { database: "ours", isMariadb: true, collations, begun: false, exchanged: new Map() };
  const lexing = lexings[Math.abs(sql.length - valid.length) % lexings.length] as Lexing;
  const text = sql.toString("latin1");
  let behind = 0;
  for (const { sql: one, line } of statementsOf({ path: "altered.sql", sql, delimiter: ";" }, () => lexing)) {
    const at = text.indexOf(one, behind);
    if (at === -1) throw new Error(`no statement of the file: ${one.slice(0, 80)}`);
    behind = at + one.length;
    const tokens = tokensOf(one, lexing);
    for (const [index, { start, end }] of tokens.entries()) {
      if (start >= end || end > one.length || start < (tokens[index - 1]?.end ?? 0)) throw new Error("tokens overlap");
    }
    const { sql: out = "", head } = translate(one, lexing, { file: "altered.sql", line }, context);
    if (forServer.test(out)) throw new Error(`let through: ${out.slice(0, 80)}`);
    if (/^INSERT\b/.test(head) && out !== one) throw new Error(`altered rows: ${out.slice(0, 80)}`);
  }
}

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "kb-altered-dumps-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

test("statements, altered: each at its line, refused or translated, never what concerns the server", () =>
  checkReader(valid, readAll, { words }));

test.for([
  ["gzip", gzipSync(valid)],
  ["zstd", zstdCompressSync(valid)],
  ["UTF-16", Buffer.from(`\ufeff${valid.toString("latin1").replaceAll(/[^\n -~]/g, "")}`, "utf16le")],
] as const)("a dump in %s, altered", async ([, packed]) => {
  await checkReader(packed, async (input) => decoded("altered.sql", await unpacked("altered.sql", input)), { words });
});

test("files, altered", async () => {
  const file = join(folder, "altered.sql");
  await checkReader(
    valid,
    async (input) => {
      await writeFile(file, input);
      const [read] = await readDump(file);
      expect(read?.path).toBe(file);
    },
    { words },
  );
});
