/** What the machine's own dump program writes of awkward tables, under most of its options, is loaded exactly. */
import { join } from "node:path";
import { execa } from "execa";
import { createConnection, type Connection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProgram } from "../local-server.ts";
import { noLocalServer, type PrivateServer, startPrivateServer } from "../test-server.ts";
import { expectReset, writeDump } from "./testing.ts";

const program = await findProgram("mariadb-dump", "mysqldump");
const reason = noLocalServer ?? (program === undefined ? "needs mariadb-dump or mysqldump" : undefined);
const source = "source";

const long = "x".repeat(2 ** 20);
/** Names that JavaScript's objects have, names of SQL and of nothing; values that clients round, trim or decode. */
const tables = [
  "CREATE TABLE `__proto__` (`constructor` INT PRIMARY KEY, `__proto__` VARCHAR(20), `to;String` VARCHAR(20) DEFAULT 'a;b')",
  "INSERT INTO `__proto__` VALUES (0, '--', '/*'), (-1, '\\\\', NULL), (2147483647, '\\'\"`', '*/ # ;')",
  "CREATE TABLE `order` (id BIGINT UNSIGNED PRIMARY KEY, parent BIGINT UNSIGNED, b BIT(64), f FLOAT, d DOUBLE, " +
    "n DECIMAL(65,30), z DECIMAL(5,2) ZEROFILL, y YEAR, day DATE, at DATETIME(6), ts TIMESTAMP(6) NULL, t TIME(6), " +
    "e ENUM('','a,b','c''d'), s SET('x','y z'), j JSON, twice BIGINT AS (id MOD 1000 * 2) VIRTUAL, " +
    "kept VARCHAR(40) AS (CONCAT(id MOD 1000, '|', e)) STORED, FOREIGN KEY (parent) REFERENCES `order` (id) ON DELETE CASCADE)",
  "INSERT INTO `order` (id, parent, b, f, d, n, z, y, day, at, ts, t, e, s, j) VALUES " +
    "(18446744073709551614, 18446744073709551614, b'1111111111111111111111111111111111111111111111111111111111111111', -0e0, -0e0, " +
    "-0.000000000000000000000000000001, 1.5, 0, '0000-00-00', '0000-00-00 00:00:00', '2001-02-03 04:05:06.789012', '-838:59:59.000000', '', '', '{}'), " +
    "(0, NULL, b'0', 1.17549e-38, 2.2250738585072014e-308, 99999999999999999999999999999999999.999999999999999999999999999999, 999.99, 2155, " +
    "'9999-12-31', '9999-12-31 23:59:59.999999', NULL, '838:59:59', 'a,b', 'x,y z', '[1e400, \"\\\\u0000\"]'), " +
    "(9007199254740993, 0, NULL, NULL, 0.1, 0.1, 0, 1901, '2000-02-00', '2000-00-10 00:00:00', '1970-01-01 00:00:01', '00:00:00.000001', 'c''d', NULL, NULL)",
  "CREATE TABLE texts (k VARBINARY(40) PRIMARY KEY, u16 TEXT CHARACTER SET utf16, u32 VARCHAR(9) CHARACTER SET utf32, " +
    "sj TEXT CHARACTER SET sjis, l1 CHAR(9) CHARACTER SET latin1, raw LONGBLOB, g GEOMETRY) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
  "INSERT INTO texts VALUES ('', '🍎é\\0', '🍎', '表ソ能', 'é ', 0x0027225C0A0D1A00FF, ST_GeomFromText('POINT(1 -0)')), " +
    `(0xFF00, REPEAT('日', 100), NULL, '', '', '${long}', ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1))', 4326)), ` +
    "(0x27, NULL, NULL, NULL, NULL, NULL, NULL)",
  "CREATE TABLE `a``b ü` (id INT NOT NULL, PRIMARY KEY (id), hidden INT INVISIBLE DEFAULT 7, CONSTRAINT `c'k` CHECK (id <> 5)) ENGINE=MyISAM",
  "INSERT INTO `a``b ü` (id, hidden) VALUES (0, 1), (-2, NULL)",
  "CREATE TABLE counted (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, at DATETIME ON UPDATE CURRENT_TIMESTAMP) AUTO_INCREMENT = 99",
  "INSERT INTO counted VALUES (0, NULL), (18446744073709551613, NULL)",
  "CREATE TABLE `no rows` (a INT DEFAULT 1, b TEXT DEFAULT (CONCAT('x', a)), FULLTEXT (b))",
  "CREATE VIEW `v w` AS SELECT k, LENGTH(raw) AS `length;` FROM texts WHERE k <> 0x27",
  "CREATE TRIGGER `t;g` BEFORE INSERT ON `order` FOR EACH ROW BEGIN IF NEW.z = 7 THEN SET NEW.z = 8; END IF; /* ; */ END",
];

const spelled = (option: string): string =>
  option
    .replace(/\.awkward$/, ".a`b ü")
    .replace(/\.empty$/, ".no rows")
    .replace(/\.v$/, ".v w");

describe.skipIf(reason !== undefined)(`the dump program's own files${reason ? ` (skipped: ${reason})` : ""}`, () => {
  let server: PrivateServer;
  let root: Connection;
  beforeAll(async () => {
    server = await startPrivateServer();
    const { endpoint, adminUser: user, adminPassword: password } = server.info;
    root = await createConnection({ ...endpoint, user, password, charset: "utf8mb4" });
    await root.query("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', max_statement_time = 0");
    await root.query(`CREATE DATABASE ${source}`);
    await root.query(`USE ${source}`);
    for (const statement of tables) await root.query(statement);
  });
  afterAll(async () => {
    await root.end();
    await server[Symbol.asyncDispose]();
  });

  const dump = async (options: readonly string[]): Promise<string> => {
    const { endpoint, adminUser, adminPassword } = server.info;
    const login = [`--host=${endpoint.host}`, `--port=${endpoint.port}`, `--user=${adminUser}`];
    const folder = await writeDump({});
    const file = join(folder, "dump.sql");
    await execa(
      program ?? "",
      ["--no-defaults", ...login, "--max-allowed-packet=1G", ...options, `--result-file=${file}`, source],
      {
        env: { MYSQL_PWD: adminPassword },
      },
    );
    return file;
  };

  test.each([
    "",
    "--hex-blob --complete-insert --skip-extended-insert",
    "--databases --add-drop-database --skip-comments",
    "--skip-opt --create-options --quick",
    "--single-transaction --order-by-primary --insert-ignore --no-autocommit",
    "--replace --skip-add-drop-table --skip-add-locks --skip-disable-keys",
    "--skip-quote-names --ignore-table=source.order --ignore-table=source.awkward --ignore-table=source.empty --ignore-table=source.v",
    "--net-buffer-length=4096 --hex-blob --delayed-insert",
    "--default-character-set=binary",
    "--default-character-set=utf8mb3 --hex-blob --ignore-table=source.texts --ignore-table=source.v",
    "--add-drop-trigger --dump-date --comments --force --skip-set-charset",
  ])("options: %s", async (words) => {
    const options = words
      .split(" ")
      .filter((option) => option !== "")
      .map(spelled);
    const ignored = options.flatMap((option) => /^--ignore-table=source\.(.*)$/.exec(option)?.[1] ?? []);
    const file = await dump(options);
    const { database } = await server.importDump("loaded", file);
    const wanted = await server.tableDigests(source);
    const loaded = await server.tableDigests(database);
    expect(loaded).toEqual(new Map([...wanted].filter(([name]) => !ignored.includes(name))));
    await expectReset(server, database);
  });

  test("--compatible is refused: its texts are latin1, and some letters are lost", async () => {
    const file = await dump(["--compatible=no_table_options"]);
    const loading = server.importDump("loaded", file);
    await expect(loading).rejects.toThrow(/dump\.sql, line \d+: --compatible .*latin1.*\n.*without --compatible/);
  });
});
