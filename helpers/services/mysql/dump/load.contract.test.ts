import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createConnection, type Connection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { noLocalServer, type PrivateServer, startPrivateServer } from "../test-server.ts";
import { expectReset, footer, header, load, writeDump } from "./testing.ts";

describe.skipIf(noLocalServer !== undefined)(`dumps${noLocalServer ? ` (${noLocalServer})` : ""}`, () => {
  let server: PrivateServer;
  let root: Connection;
  beforeAll(async () => {
    server = await startPrivateServer();
    const { endpoint, adminUser: user, adminPassword: password } = server.info;
    root = await createConnection({ ...endpoint, user, password });
  });
  afterAll(async () => {
    await root.end();
    await server[Symbol.asyncDispose]();
  });
  const select = async (sql: string): Promise<readonly RowDataPacket[]> => (await root.query<RowDataPacket[]>(sql))[0];

  test("values come as they are: numbers beyond 2^53, the id 0, the zero date, FLOAT", async () => {
    const { database } = await load(
      server,
      "CREATE TABLE n (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, d DECIMAL(30,10), t DATETIME, f FLOAT, b BIT(9));\n" +
        "INSERT INTO n VALUES (0,-1.0000000001,'0000-00-00 00:00:00',3.14159265,b'100000001')," +
        "(9023393775362049,0,NULL,1.1,NULL),(18446744073709551614,0,'2020-02-03 04:05:06',1e30,0);\n",
    );
    const rows = await select(
      `SELECT CAST(id AS CHAR) AS id, CAST(f + 0e0 AS CHAR) AS f FROM ${database}.n ORDER BY n.id`,
    );
    expect(rows).toEqual([
      { id: "0", f: "3.1415927410125732" },
      { id: "9023393775362049", f: "1.100000023841858" },
      { id: "18446744073709551614", f: "1.0000000150474662e30" },
    ]);
    await expectReset(server, database);
  });

  test("every byte of a binary literal arrives, escaped, after _binary, and as hexadecimal digits", async () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const escaped = Buffer.from(
      all.toString("latin1").replaceAll(/[\0\n\r\\'"\x1a]/g, (letter) => ({ "\0": "\\0", "\n": "\\n", "\r": "\\r", "\x1a": "\\Z" })[letter] ?? `\\${letter}`),
      "latin1",
    ); // prettier-ignore
    const row = (id: number, literal: readonly (string | Buffer)[]): Buffer =>
      Buffer.concat([`INSERT INTO b VALUES (${id},`, ...literal, ");\n"].map((part) => Buffer.from(part)));
    const { database } = await load(
      server,
      Buffer.concat([
        Buffer.from("CREATE TABLE b (id INT, v LONGBLOB);\n"),
        row(1, ["'", escaped, "'"]),
        row(2, ["_binary '", escaped, "'"]),
        row(3, [`0x${all.toString("hex")}`]),
      ]),
    );
    const rows = await select(`SELECT v FROM ${database}.b`);
    expect(rows.map(({ v }) => v as Buffer)).toEqual([all, all, all]);
    await expectReset(server, database);
  });

  test("foreign keys, also to itself and in a circle, and generated columns", async () => {
    const { database } = await load(
      server,
      "CREATE TABLE item (id INT PRIMARY KEY, brand INT, parent INT, twice INT AS (id * 2) STORED, thrice INT AS (id * 3) VIRTUAL," +
        " FOREIGN KEY (brand) REFERENCES brand (id) ON DELETE CASCADE, FOREIGN KEY (parent) REFERENCES item (id));\n" +
        "INSERT INTO item (id, brand, parent) VALUES (2,1,3),(3,1,NULL);\n" +
        "CREATE TABLE brand (id INT PRIMARY KEY, best INT, FOREIGN KEY (best) REFERENCES item (id));\n" +
        "INSERT INTO brand VALUES (1,2);\n",
    );
    expect(await select(`SELECT twice, thrice FROM ${database}.item`)).toEqual([
      { twice: 4, thrice: 6 },
      { twice: 6, thrice: 9 },
    ]);
    await expectReset(server, database);
  });

  test("a trigger fires for functions, and neither while the dump loads nor in a reset", async () => {
    const access = await load(
      server,
      "CREATE TABLE shop (id INT PRIMARY KEY, n INT);\nCREATE TABLE audit (n INT AUTO_INCREMENT PRIMARY KEY, what TEXT);\n" +
        "DELIMITER ;;\n/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER a AFTER INSERT ON shop FOR EACH ROW BEGIN\n" +
        "  INSERT INTO audit (what) VALUES ('in;sert');\nEND */;;\n" +
        "CREATE DEFINER=`x`@`y` TRIGGER b BEFORE DELETE ON shop FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no' ;;\nDELIMITER ;\n" +
        "INSERT INTO shop VALUES (1,2);\nINSERT INTO audit VALUES (7,'old');\n",
    );
    const { database } = access;
    const seed = await server.tableDigests(database);
    await expectReset(server, database);
    const connection = await createConnection({ ...access });
    onTestFinished(() => connection.end());
    const snapshot = await server.snapshot(database);
    await connection.query("INSERT INTO shop VALUES (2,3)");
    await expect(connection.query("DELETE FROM shop")).rejects.toThrow("no");
    expect(await select(`SELECT n, what FROM ${database}.audit ORDER BY n`)).toEqual([
      { n: 7, what: "old" },
      { n: 8, what: "in;sert" },
    ]);
    await server.reset(database, snapshot);
    expect(await server.tableDigests(database)).toEqual(seed);
    await connection.query("INSERT INTO shop VALUES (2,3)");
    expect(await select(`SELECT MAX(n) AS n FROM ${database}.audit`)).toEqual([{ n: 8 }]); // the counter, too
    await expect(connection.query("CREATE USER evil IDENTIFIED BY 'x'")).rejects.toThrow(/denied/);
  });

  test("a view is read by functions with its definer's rights, which end at the database", async () => {
    const access = await load(
      server,
      "CREATE TABLE shop (id INT PRIMARY KEY);\nINSERT INTO shop VALUES (5);\n" +
        "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`app`@`10.0.0.%` SQL SECURITY DEFINER */\n/*!50001 VIEW v AS select id from shop */;\n",
    );
    const connection = await createConnection({ ...access });
    onTestFinished(() => connection.end());
    expect((await connection.query<RowDataPacket[]>("SELECT id FROM v"))[0]).toEqual([{ id: 5 }]);
    await expectReset(server, access.database);
    await expect(
      load(server, "CREATE TABLE a (b INT);\nCREATE VIEW v AS SELECT user FROM mysql.user;\n", "views"),
    ).rejects.toThrow(/line 9: .*denied/);
  });

  test("a trigger and a view that name their database work in ours; columns stay invisible", async () => {
    const access = await load(
      server,
      "CREATE DATABASE `shop`;\nUSE `shop`;\nCREATE TABLE t (a INT PRIMARY KEY, b INT DEFAULT 7 /*!80023 INVISIBLE */);\n" +
        "CREATE TABLE audit (n INT);\nCREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW INSERT INTO shop.audit VALUES (NEW.a);\n" +
        "CREATE VIEW v AS SELECT `shop`.`audit`.`n` AS n FROM `shop`.`audit`;\n",
    );
    const connection = await createConnection({ ...access });
    onTestFinished(() => connection.end());
    await connection.query("INSERT INTO t VALUES (5)");
    expect((await connection.query<RowDataPacket[]>("SELECT * FROM t, v"))[0]).toEqual([{ a: 5, n: 5 }]);
  });

  test("times are of the zone that other programs write in double quotes", async () => {
    const sql =
      "SET time_zone = \"+00:00\";\nCREATE TABLE t (c TIMESTAMP NULL);\nINSERT INTO t VALUES ('2021-02-03 00:00:00');\n";
    const folder = await writeDump({ "dump.sql": sql });
    const { database } = await server.importDump("zoned", join(folder, "dump.sql"));
    expect(await select(`SELECT UNIX_TIMESTAMP(c) AS c FROM ${database}.t`)).toEqual([{ c: 1_612_310_400 }]);
  });

  test("AUTO_INCREMENT continues as in the dump, block after block", async () => {
    const { database } = await load(
      server,
      "CREATE TABLE c (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT=500 COMMENT='AUTO_INCREMENT=9';\n" +
        "CREATE TABLE d (id INT AUTO_INCREMENT PRIMARY KEY);\nINSERT INTO c VALUES (3);\n",
    );
    const snapshot = await server.snapshot(database);
    for (let block = 0; block < 2; block++) {
      await root.query(`INSERT INTO ${database}.c VALUES (NULL),(NULL)`);
      await root.query(`INSERT INTO ${database}.d VALUES (NULL),(NULL)`);
      expect(await select(`SELECT id FROM ${database}.c ORDER BY id`)).toEqual([{ id: 3 }, { id: 500 }, { id: 501 }]);
      expect(await select(`SELECT id FROM ${database}.d ORDER BY id`)).toEqual([{ id: 1 }, { id: 2 }]);
      await server.reset(database, snapshot);
    }
  });

  test("a row of 18 MB in one INSERT, packed", async () => {
    const row = "x".repeat(18 * 2 ** 20);
    const sql = `${header}CREATE TABLE big (id INT, v LONGTEXT);\nINSERT INTO big VALUES (1,'${row}'),(2,NULL);\n${footer}`;
    const folder = await writeDump({ "dump.sql.gz": gzipSync(sql, { level: 1 }) });
    const { database } = await server.importDump("big", join(folder, "dump.sql.gz"));
    expect(await select(`SELECT LENGTH(v) AS bytes FROM ${database}.big`)).toEqual([
      { bytes: row.length },
      { bytes: null },
    ]);
    await expectReset(server, database);
  });

  test("a folder of mydumper: rows as bytes, views and triggers at the end", async () => {
    const first =
      "/*!40101 SET NAMES binary*/;\n/*!40014 SET FOREIGN_KEY_CHECKS=0*/;\n/*!40103 SET TIME_ZONE='+00:00' */;\n";
    const folder = await writeDump({
      metadata: "Started dump at: 2026-01-01 00:00:00\nFinished dump at: 2026-01-01 00:00:01\n",
      "shop-schema-create.sql": "CREATE DATABASE `shop` /*!40100 DEFAULT CHARACTER SET latin1 */;\n",
      "shop.t-schema.sql": `${first}CREATE TABLE \`t\` (\n \`id\` int, \`v\` varchar(9)) ENGINE=InnoDB DEFAULT CHARSET=latin1;\n`,
      "shop.t.00000.sql": Buffer.from(`${first}INSERT INTO \`t\` VALUES\n(0,"Zo\xeb"),\n(1,"\\"");\n`, "latin1"),
      "shop.v-schema.sql": `${first}CREATE TABLE \`v\`(\n\`id\` int\n)ENGINE=MyISAM;\n`,
      "shop.v-schema-view.sql":
        "/*!40101 SET NAMES binary*/;\nDROP TABLE IF EXISTS `v`;\nDROP VIEW IF EXISTS `v`;\n" +
        "CREATE ALGORITHM=UNDEFINED DEFINER=`a`@`b` SQL SECURITY DEFINER VIEW `v` AS select `t`.`id` AS `id` from `t`;\n",
      "shop.t-schema-triggers.sql":
        "CREATE DEFINER=`a`@`b` trigger tr before insert on t for each row begin set @a = 1; set new.id = 9; end;\n",
    });
    const { database } = await server.importDump("mydumper", folder);
    expect(await select(`SELECT id, v FROM ${database}.t`)).toEqual([
      { id: 0, v: "Zoë" },
      { id: 1, v: '"' },
    ]);
    expect(await select(`SELECT COUNT(*) AS rows_ FROM ${database}.v`)).toEqual([{ rows_: 2 }]);
    await root.query(`INSERT INTO ${database}.t VALUES (1, 'x')`);
    expect(await select(`SELECT id FROM ${database}.t WHERE v = 'x'`)).toEqual([{ id: 9 }]);
    await expectReset(server, database);
  });

  test("what --compact leaves out of the file still applies", async () => {
    const sql =
      "CREATE TABLE item (id INT AUTO_INCREMENT PRIMARY KEY, brand INT, name VARCHAR(9) CHARACTER SET utf8mb4, FOREIGN KEY (brand) REFERENCES brand (id));\n" +
      "INSERT INTO item VALUES (0,1,'Zoë 🍎');\nCREATE TABLE brand (id INT PRIMARY KEY);\nINSERT INTO brand VALUES (1);\n";
    const folder = await writeDump({ "compact.sql": sql });
    const { database } = await server.importDump("compact", join(folder, "compact.sql"));
    expect(await select(`SELECT id, HEX(name) AS name FROM ${database}.item`)).toEqual([
      { id: 0, name: Buffer.from("Zoë 🍎").toString("hex").toUpperCase() },
    ]);
    await expectReset(server, database);
  });

  const table = "CREATE TABLE t (a INT, b VARCHAR(3) CHARACTER SET latin1, c TIMESTAMP NULL);\n";
  test.for([
    ["a number that does not fit", `${table}INSERT INTO t (a) VALUES (99999999999);`, /line 9: the server would alter.*Out of range/],
    ["a text that does not fit", `${table}INSERT INTO t (b) VALUES ('four');`, /line 9: the server would alter.*truncated/],
    ["a letter that the column has not", `${table}INSERT INTO t (b) VALUES ('日');`, /line 9: the server would alter.*Incorrect string.*\n.*--default-character-set/],
    ["a day that does not exist", `${table}INSERT INTO t (c) VALUES ('2021-02-30 00:00:00');`, /line 9: the server would alter/],
    ["an engine that the server lacks", "CREATE TABLE t (a INT) ENGINE=RocksDB;", /engine RocksDB.*\n.*--ignore-table/i],
    ["a statement of the client", `${table}\\! touch /tmp/x\n;`, /a command to the client/],
    ["a broken row", `${table}INSERT INTO t VALUES (1,);`, /the server refused.*line 9/],
    ["a key that occurs twice", "CREATE TABLE k (a VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY);\nINSERT IGNORE INTO k VALUES ('a'),('A');", /line 9: the server would alter.*Duplicate/],
    ["a key that occurs twice, unchecked", "SET unique_checks=0;\nCREATE TABLE k (a INT PRIMARY KEY);\nINSERT IGNORE INTO k VALUES (1),(1);", /line 10: the server would alter.*Duplicate/],
    ["no end", `${table}INSERT INTO t VALUES ('`, /line 9: it ends within a statement/],
  ] as const)("refused instead of altered: %s", async ([, sql, message]) => {
    await expect(load(server, `${sql}\n`, "altered")).rejects.toThrow(message);
    expect(await select(`SHOW DATABASES LIKE 'kb%altered'`)).toEqual([]);
    expect(await select("SELECT user FROM mysql.user WHERE user LIKE 'kb%load'").then((rows) => rows.length)).toBeLessThan(9);
  }); // prettier-ignore

  test.for([
    ["without its last lines", `${header}${table}`, /line 6: its last lines are missing/],
    ["with times of an unknown zone", `${table}INSERT INTO t (c) VALUES ('2021-02-03 00:00:00');`, /line 1: .*time zone.*\n.*--skip-tz-utc/],
    ["with rows alone", "-- CREATE TABLE\nSET @a=1;", /makes no table\n.*--no-create-info/],
  ] as const)("a dump %s is refused", async ([, sql, message]) => {
    const folder = await writeDump({ "dump.sql": `${sql}\n` });
    await expect(server.importDump("refused", join(folder, "dump.sql"))).rejects.toThrow(message);
  }); // prettier-ignore

  test("a statement that the server takes no packet for is refused before it is sent", async () => {
    await root.query("SET GLOBAL max_allowed_packet=1048576");
    onTestFinished(async () => {
      await root.query("SET GLOBAL max_allowed_packet=1073741824");
    });
    const sql = `CREATE TABLE t (a LONGTEXT);\nINSERT INTO t VALUES ('${"x".repeat(1_048_576)}');\n`;
    await expect(load(server, sql, "packet")).rejects.toThrow(
      /line 9: a statement has \d+ bytes.*\n.*--net-buffer-length/,
    );
  });

  test("MySQL 8's collation, reported where it was replaced", async () => {
    const notices: string[] = [];
    const { database } = await load(
      server,
      "CREATE TABLE t (v VARCHAR(40) PRIMARY KEY) CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;\nINSERT INTO t VALUES ('Zoë '),('Zoe');\n",
      "collation",
      (notice) => notices.push(notice),
    );
    const known = await select("SHOW COLLATION LIKE 'utf8mb4_0900_ai_ci'");
    const told = "utf8mb4_0900_ai_ci is loaded as utf8mb4_uca1400_nopad_ai_ci, as MariaDB 11.4 does";
    expect(notices).toEqual(known.length === 0 ? [told] : []);
    expect(await select(`SELECT COUNT(*) AS n FROM ${database}.t WHERE v = 'zOE'`)).toEqual([{ n: 1 }]); // no padding
    await expectReset(server, database);
  });
});
