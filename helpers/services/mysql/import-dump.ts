import type { Pool, RowDataPacket } from "mysql2/promise";
import { endLoaderSql, explainMysqlRefusal, loaderSql } from "./accounts.ts";
import { loadDump } from "./dump/load.ts";
import type { DumpFile } from "./dump/read.ts";
import type { MysqlInfo } from "./info.ts";
import { loaderName, newPassword, quoteName } from "./names.ts";

/**
 * The dump runs under an account of its own, which may do all within the database and nothing elsewhere: a dump that
 * wants more is refused by the server. The functions' account never has those rights.
 * @returns collations that were exchanged for equal ones
 */
export async function importFiles(
  session: Pool,
  { endpoint, accountHost }: MysqlInfo,
  database: string,
  files: readonly DumpFile[],
): Promise<ReadonlyMap<string, string>> {
  const what = `making the account that loads the SQL dump into ${database}`;
  const run = (sql: string): Promise<unknown> =>
    session.query(sql).catch((error: unknown) => {
      throw explainMysqlRefusal(what, error);
    });
  const password = newPassword();
  for (const sql of loaderSql(database, password, accountHost)) await run(sql);
  const loader = { ...endpoint, database, user: loaderName(database), password };
  const { exchanged, definesCode } = await loadDump(loader, files);
  await run(endLoaderSql(database, accountHost, definesCode));
  return exchanged;
}

/** The integer column `label` for tables that lack it, as the artifact's set-up adds it by hand. */
export async function addLabels(session: Pool, database: string, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const [rows] = await session.query<RowDataPacket[]>(
      "SELECT SUM(column_name = 'label') AS labels FROM information_schema.columns WHERE table_schema = ? AND table_name = ?",
      [database, table],
    );
    const labels: unknown = rows[0]?.["labels"]; // NULL: there is no such table
    if (labels === null || Number(labels) > 0) continue;
    await session.query(
      `ALTER TABLE ${quoteName(database)}.${quoteName(table)} ADD COLUMN label INTEGER NOT NULL DEFAULT 0`,
    );
  }
}
