import { readFile } from "node:fs/promises";
import type { Pool, RowDataPacket } from "mysql2/promise";
import { createConnection } from "mysql2/promise";
import { within } from "../deadline.ts";
import { KaliumError, messageOf } from "../errors.ts";
import { grantSql, restrictSql } from "./accounts.ts";
import type { DatabaseAccess } from "./info.ts";
import { quoteName } from "./names.ts";

const hint = "Set KALIUM_SQL_DUMP to a file that mysqldump wrote (one database, no --databases).";

/** @throws {KaliumError} E_CONFIG when it cannot be read or is no SQL dump */
export async function readDump(path: string): Promise<string> {
  const dump = await readFile(path, "utf8").catch((error: unknown) => {
    throw new KaliumError("E_CONFIG", `cannot read the SQL dump ${path}: ${messageOf(error)}`, { hint, cause: error });
  });
  if (dump.includes("\0") || !/^\s*CREATE TABLE\b/im.test(dump)) {
    throw new KaliumError("E_CONFIG", `${path} is not an SQL dump: it has no CREATE TABLE`, { hint });
  }
  return dump;
}

interface Import {
  readonly path: string;
  readonly dump: string;
  /** Tables that get the integer column `label` if they lack it, as the artifact's set-up adds it by hand. */
  readonly labelled: readonly string[];
}

/**
 * The dump runs under the database's own account, which may do all within it and nothing elsewhere: a dump that
 * creates users or other databases is refused by the server.
 */
export async function loadDump(
  session: Pool,
  access: DatabaseAccess,
  accountHost: string,
  given: Import,
): Promise<void> {
  const { path, dump, labelled } = given;
  await session.query(grantSql(access, accountHost, "ALL PRIVILEGES"));
  await within({ what: `the import of ${path}`, timeoutMs: 120_000 }, () => execute(access, dump)).catch(
    (error: unknown) => {
      throw new KaliumError("E_CONFIG", `the server refused the SQL dump ${path}: ${messageOf(error)}`, { hint });
    },
  );
  await session.query(restrictSql(access, accountHost));
  for (const table of labelled) await addLabel(session, access.database, table);
}

async function execute({ database, user, password, host, port }: DatabaseAccess, dump: string): Promise<void> {
  // A connection of its own: a dump changes character set, time zone and SQL mode of its session. Dumps of old
  // servers hold rows that a strict mode refuses.
  const connection = await createConnection({ host, port, user, password, database, multipleStatements: true });
  try {
    await connection.query(`SET SESSION sql_mode = ''`);
    await connection.query(dump);
  } finally {
    connection.destroy();
  }
}

async function addLabel(session: Pool, database: string, table: string): Promise<void> {
  const [rows] = await session.query<RowDataPacket[]>(
    "SELECT SUM(column_name = 'label') AS labels FROM information_schema.columns WHERE table_schema = ? AND table_name = ?",
    [database, table],
  );
  const labels: unknown = rows[0]?.["labels"]; // NULL: there is no such table
  if (labels === null || Number(labels) > 0) return;
  await session.query(
    `ALTER TABLE ${quoteName(database)}.${quoteName(table)} ADD COLUMN label INTEGER NOT NULL DEFAULT 0`,
  );
}
