import { expect, test } from "vitest";
import { mariadbCollation } from "./collations.ts";
import { plainLexing } from "./lexing.ts";
import { type DumpContext, translate } from "./translate.ts";

const newContext = (collations: readonly string[] = [], isMariadb = false): DumpContext => ({
  database: "ours",
  isMariadb,
  collations: new Set(collations),
  exchanged: new Map(),
  begun: false,
});
const place = { file: "d.sql", line: 7 };
const run = (sql: string, context = newContext()): string | undefined =>
  translate(sql, plainLexing, place, context).sql;

test.for([
  "INSERT INTO t VALUES ('DEFINER=x utf8mb4_0900_ai_ci')",
  "DROP TABLE IF EXISTS `t`",
  "/*!40101 SET NAMES utf8mb4 */",
  "/*!40000 ALTER TABLE `t` DISABLE KEYS */",
  "CREATE TABLE t (`definer` INT, engine INT, a TEXT DEFAULT ('CREATE USER'))",
  "SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN",
])("a statement of tables and data stays as it is: %s", (sql) => {
  expect(run(sql)).toBe(sql);
});

test.for([
  "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-23'",
  "SET GLOBAL gtid_slave_pos='0-1-2'",
  "SET @@SESSION.SQL_LOG_BIN= 0",
  "CHANGE MASTER TO MASTER_LOG_FILE='bin.1', MASTER_LOG_POS=4",
  "CHANGE REPLICATION SOURCE TO SOURCE_LOG_FILE='bin.1'",
  "STOP ALL SLAVES",
  "LOCK TABLES `t` WRITE",
  "UNLOCK TABLES",
  "/*!40000 DROP DATABASE IF EXISTS `shop`*/",
  "FLUSH PRIVILEGES",
  "/*!80000 */",
])("what changes no table and no value is left out: %s", (sql) => {
  expect(run(sql)).toBeUndefined();
});

test.for([
  ["/*!50003 DROP PROCEDURE IF EXISTS `p` */", /line 7: it holds a stored routine/, /--skip-routines/],
  ["CREATE DEFINER=`a`@`%` FUNCTION `f`() RETURNS INT RETURN 1", /a stored routine/, /--skip-routines/],
  ["/*!50106 CREATE*/ /*!50117 DEFINER=`a`@`b`*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 DAY DO SET @a=1 */", /an event/, /--skip-events/],
  ["CREATE SEQUENCE `s` start with 1", /a sequence/, /--ignore-table/],
  ["LOAD DATA LOCAL INFILE 't.dat' INTO TABLE t", /LOAD DATA/, /--tab/],
  ["CREATE USER 'x'@'y' IDENTIFIED BY 'z'", /an account or a grant/, /--system/],
  ["GRANT ALL ON *.* TO x", /an account or a grant/, /--all-databases/],
  ["CREATE TABLESPACE ts ADD DATAFILE 'x.ibd'", /a tablespace/, /--no-tablespaces/],
  ["INSTALL PLUGIN x SONAME 'y.so'", /a plugin or a foreign server/, /--system/],
  ["SET GLOBAL general_log=1", /a global setting/, /--all-databases/],
  ["\\! touch /tmp/x", /a command to the client/, /mysqldump/],
  ["source /etc/passwd", /a command to the client/, /mysqldump/],
  ["USE `mysql`", /the server's own database mysql/, /--all-databases/],
  ["CREATE TABLE t (a INT) ENGINE=FEDERATED CONNECTION='mysql://x'", /engine FEDERATED/, /--ignore-table/],
  ["CREATE TABLE t (a INT) /*!50100 ENGINE = BLACKHOLE */", /engine BLACKHOLE/, /--ignore-table/],
  ["CREATE TABLE t (a INT) ENGINE=InnoDB WITH SYSTEM VERSIONING", /WITH SYSTEM VERSIONING/, /--ignore-table/],
] as const)("refused with its name, line and option: %s", ([sql, name, option]) => {
  expect(() => run(sql)).toThrow(name);
  expect(() => run(sql)).toThrow(option);
  expect(() => run(sql)).toThrow(/d\.sql, line 7/);
}); // prettier-ignore

test("one database becomes ours, a second one is refused", () => {
  const context = newContext(["latin1_bin"]);
  expect(run("CREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_bin */ /*!80016 DEFAULT ENCRYPTION='N' */", context)).toBe("ALTER DATABASE `ours` CHARACTER SET latin1 COLLATE latin1_bin"); // prettier-ignore
  expect(run("USE `shop`", context)).toBeUndefined();
  expect(run("ALTER DATABASE `shop` CHARACTER SET utf8mb4", context)).toBe(
    "ALTER DATABASE `ours` CHARACTER SET utf8mb4",
  );
  expect(() => run("USE `other`", context)).toThrow(/two databases, shop and other.*\n.*--databases/);
});

test("a database that is named after the first table is a second one", () => {
  const context = newContext();
  run("CREATE TABLE t (a INT)", context);
  expect(() => run("CREATE DATABASE other", context)).toThrow(/two databases/);
});

test.for([
  [
    "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`app`@`10.0.0.%` SQL SECURITY DEFINER */\n/*!50001 VIEW `v` AS select 1 */",
    "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013  SQL SECURITY DEFINER */\n/*!50001 VIEW `v` AS select 1 */",
  ],
  ["CREATE DEFINER=CURRENT_USER() VIEW v AS SELECT 'DEFINER=a@b'", "CREATE  VIEW v AS SELECT 'DEFINER=a@b'"],
  ["CREATE DEFINER=app@localhost VIEW v AS SELECT 1", "CREATE  VIEW v AS SELECT 1"],
  [
    "/*!50003 CREATE*/ /*!50017 DEFINER=`r`@`h`*/ /*!50003 TRIGGER `t` AFTER INSERT ON `x` FOR EACH ROW BEGIN\n  SET @a=';'; -- end\nEND */",
    "/*!50003 CREATE*/ /*!50017 */ /*!50003 TRIGGER `t` AFTER INSERT ON `x` FOR EACH ROW IF @kalium_bench_reset IS NULL THEN BEGIN\n  SET @a=';'; -- end\nEND; END IF */",
  ],
  [
    "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW FOLLOWS `a` SET NEW.b = 1;",
    "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW FOLLOWS `a` IF @kalium_bench_reset IS NULL THEN SET NEW.b = 1; END IF",
  ],
] as const)("definers go, and triggers sleep during a reset: %s", ([sql, expected]) => {
  expect(run(sql)).toBe(expected);
});

test.for([
  [
    "CREATE TRIGGER t AFTER INSERT ON x FOR EACH ROW INSERT INTO `shop`.`audit` SELECT shop.audit.a, NEW.shop, 'shop.y' FROM Shop.z",
    "CREATE TRIGGER t AFTER INSERT ON x FOR EACH ROW IF @kalium_bench_reset IS NULL THEN INSERT INTO `ours`.`audit` SELECT `ours`.audit.a, NEW.shop, 'shop.y' FROM `ours`.z; END IF",
  ],
  ["CREATE VIEW v AS SELECT `shop`.`shop` FROM other.t", "CREATE VIEW v AS SELECT `ours`.`shop` FROM other.t"],
] as const)("tables that are named with their database are ours: %s", ([sql, expected]) => {
  expect(run(sql, { ...newContext(), named: "shop" })).toBe(expected);
  expect(run(sql, { ...newContext(), source: "shop", named: "two" })).toBe(expected);
});

test.for([
  [
    "CREATE TABLE t (a INT) DATA DIRECTORY='/x' INDEX DIRECTORY '/y' COMMENT=' DATA DIRECTORY=/x'",
    "CREATE TABLE t (a INT)   COMMENT=' DATA DIRECTORY=/x'",
  ],
  [
    "CREATE TABLE t (a INT) /*!50100 PARTITION BY HASH (a) (PARTITION p DATA DIRECTORY = '/x' ENGINE = InnoDB) */",
    "CREATE TABLE t (a INT) /*!50100 PARTITION BY HASH (a) (PARTITION p  ENGINE = InnoDB) */",
  ],
] as const)("folders of the server that was dumped are left out: %s", ([sql, expected]) => {
  expect(run(sql)).toBe(expected);
});

test("what MariaDB skips of MySQL's comments is kept or refused", () => {
  const column = "CREATE TABLE t (a INT, b INT DEFAULT '7' /*!80023 INVISIBLE */, KEY (a) /*!80000 INVISIBLE */)";
  expect(run(column)).toBe(column);
  expect(run(column, newContext([], true))).toBe(
    "CREATE TABLE t (a INT, b INT DEFAULT '7' INVISIBLE, KEY (a) /*!80000 INVISIBLE */)",
  );
  const check = "CREATE TABLE t (a INT, CONSTRAINT c CHECK ((`a` > 0)) /*!80016 NOT ENFORCED */)";
  expect(run(check)).toBe(check);
  expect(() => run(check, newContext([], true))).toThrow(/CHECK that is NOT ENFORCED.*\n.*MySQL 8\.0\.16/);
});

test("MySQL 8's collations get MariaDB's names where the server lacks them", () => {
  const context = newContext(["utf8mb4_uca1400_nopad_ai_ci"]);
  const table = (collation: string): string =>
    `CREATE TABLE t (a TEXT COMMENT 'utf8mb4_0900_ai_ci') COLLATE=${collation}`;
  expect(run(table("utf8mb4_0900_ai_ci"), context)).toBe(table("utf8mb4_uca1400_nopad_ai_ci"));
  expect([...context.exchanged]).toEqual([["utf8mb4_0900_ai_ci", "utf8mb4_uca1400_nopad_ai_ci"]]);
  expect(run(table("utf8mb4_0900_ai_ci"), newContext(["utf8mb4_0900_ai_ci"]))).toBe(table("utf8mb4_0900_ai_ci"));
  expect(() => run(table("utf8mb4_zh_0900_as_cs"), context)).toThrow(/utf8mb4_zh_0900_as_cs.*\n.*MySQL 8/);
  expect(() => run(table("utf8mb4_uca1400_ai_ci"))).toThrow(/utf8mb4_uca1400_ai_ci.*\n.*MariaDB/);
});

test.for([
  ["utf8mb4_0900_as_cs", "utf8mb4_uca1400_nopad_as_cs"],
  ["utf8mb4_0900_bin", "utf8mb4_nopad_bin"],
  ["utf8mb4_de_pb_0900_ai_ci", "utf8mb4_uca1400_german2_nopad_ai_ci"],
  ["utf8mb4_ja_0900_as_cs_ks", undefined],
] as const)("%s is MariaDB's %s", ([collation, expected]) => {
  expect(mariadbCollation(collation)).toBe(expected);
});
