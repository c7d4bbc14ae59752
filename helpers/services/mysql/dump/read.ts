import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { fileReasonOf, KaliumError } from "../../../base/errors.ts";
import { folderFiles } from "./folder.ts";
import { refused } from "./refused.ts";
import { decoded, maxBytes, unpacked } from "./unpack.ts";

/** One file of SQL, unpacked and without a byte order mark. */
export interface DumpFile {
  readonly path: string;
  readonly sql: Buffer;
  /** What ends its statements until it says otherwise. */
  readonly delimiter: string;
}

const hint = "Set KALIUM_SQL_DUMP to a file of mysqldump or mariadb-dump, or to a folder of mydumper.";

/** The files of a dump in the order in which to run them. @throws {KaliumError} E_CONFIG it is not an SQL dump */
export async function readDump(path: string): Promise<readonly DumpFile[]> {
  const isFolder = (await stat(path).catch(cannotRead(path))).isDirectory();
  const wanted = isFolder ? await folderFiles(path) : [{ path, delimiter: ";" }];
  const files: DumpFile[] = [];
  for (const { path: file, delimiter } of wanted) {
    const { size } = await stat(file).catch(cannotRead(file));
    if (size > maxBytes) throw tooLarge(file);
    const sql = decoded(file, await unpacked(file, await readFile(file).catch(cannotRead(file))));
    if (!isFolder) refuseOtherFormats(file, sql);
    files.push({ path: file, sql, delimiter });
  }
  return files;
}

/** SHA-256 of a dump as it lies there. */
export async function dumpSha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  const isFolder = (await stat(path).catch(cannotRead(path))).isDirectory();
  const files = isFolder ? (await folderFiles(path)).map((file) => file.path) : [path];
  for (const file of files) hash.update(await readFile(file).catch(cannotRead(file)));
  return hash.digest("hex");
}

const cannotRead =
  (path: string) =>
  (error: unknown): never => {
    throw new KaliumError("E_CONFIG", `cannot read the SQL dump ${path}: ${fileReasonOf(error)}`, {
      hint,
      cause: error,
    });
  };

const tooLarge = (file: string): KaliumError =>
  refused({ file }, "it has more than 2 GiB", "Dump fewer rows (--where) or tables: every system gets a copy.");

function refuseOtherFormats(file: string, sql: Buffer): void {
  const start = sql.toString("latin1", 0, 4096);
  if (/^\s*<\?xml\b/.test(start)) throw refused({ file, line: 1 }, "it is XML", "Dump without --xml.");
  refuseLostLetters(file, start);
  if (!contains(sql, /\bCREATE\b[^;]{0,100}?\bTABLE\b/i)) {
    throw new KaliumError("E_CONFIG", `${file} is not an SQL dump: it has no CREATE TABLE`, {
      hint: `Dump without --no-create-info. ${hint}`,
    });
  }
  const rowsFile = file.replace(/\.sql$/, ".txt");
  if (rowsFile !== file && existsSync(rowsFile) && !contains(sql, /\bINSERT\b/i)) {
    throw refused({ file }, `its rows are in ${rowsFile}, which --tab writes`, "Dump without --tab.");
  }
}

/** `--compatible` sets the SQL mode. MySQL 8 knows that option, too, and still writes utf8mb4. */
const compatible =
  /\bSQL_MODE='[^']*\b(?:ANSI|NO_(?:TABLE|FIELD|KEY)_OPTIONS|MYSQL\d+|POSTGRESQL|ORACLE|MSSQL|DB2|MAXDB)\b/i;

/** With it, MariaDB and MySQL 5 write latin1, say so nowhere, and put `?` for every letter that latin1 lacks. */
function refuseLostLetters(file: string, start: string): void {
  const at = start.search(compatible);
  if (at < 0 || /\bSET NAMES\b/i.test(start) || /^-- MySQL dump .*\bDistrib (?:[89]|\d\d)\./m.test(start)) return;
  const line = start.slice(0, at).split("\n").length;
  const what = "--compatible wrote its texts in latin1, without the letters that latin1 lacks";
  throw refused({ file, line }, what, "Dump without --compatible.");
}

/** In pieces, because a text has at most half a gigabyte. */
function contains(sql: Buffer, pattern: RegExp): boolean {
  const piece = 2 ** 24;
  for (let at = 0; at < sql.length; at += piece) {
    if (pattern.test(sql.toString("latin1", Math.max(0, at - 200), at + piece))) return true;
  }
  return false;
}
