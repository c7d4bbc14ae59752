import type { Connection, RowDataPacket } from "mysql2/promise";
import { engines } from "./constructs.ts";
import { type DumpPlace, refused } from "./refused.ts";
import { quoteName } from "../names.ts";

/** What the load saw. */
export interface Seen {
  readonly path: string;
  readonly zoned: boolean;
  readonly tables: ReadonlyMap<string, DumpPlace>;
}

/**
 * Looks at what a dump has made. @returns whether there are views or triggers
 * @throws {KaliumError} E_CONFIG no table; a table that a reset cannot bring back; times of an unknown zone
 */
export async function checkTables(connection: Connection, database: string, seen: Seen): Promise<boolean> {
  await connection.query("SET NAMES utf8mb4");
  const text = (value: unknown): string => Buffer.from(String(value), "latin1").toString("utf8");
  const rows = async (sql: string): Promise<readonly RowDataPacket[]> =>
    (await connection.query<RowDataPacket[]>(sql, [database]))[0];

  const tables = await rows(
    "SELECT table_name AS name, table_type AS type, engine AS engine FROM information_schema.tables WHERE table_schema = ?",
  );
  const baseTables = tables.filter(({ type }) => type !== "VIEW");
  if (baseTables.length === 0) {
    throw refused({ file: seen.path }, "it makes no table", "Dump without --no-create-info.");
  }
  for (const { name, type, engine } of baseTables) {
    if (type === "BASE TABLE" && engines.includes(String(engine))) continue;
    const kind = type === "BASE TABLE" ? `a table of the engine ${String(engine)}` : String(type);
    const what = `${text(name)} is ${kind}, which a reset cannot bring back`;
    throw refused(placeOfTable(text(name), seen), what, "Dump with --ignore-table=DATABASE.TABLE.");
  }
  if (!seen.zoned) await refuseUnknownZone(connection, database, seen);
  const code = await rows(
    "SELECT (SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = t.schema_name) + " +
      "(SELECT COUNT(*) FROM information_schema.views WHERE table_schema = t.schema_name) AS count " +
      "FROM information_schema.schemata t WHERE schema_name = ?",
  );
  return Number(code[0]?.["count"]) > 0;
}

const placeOfTable = (name: string, { path, tables }: Seen): DumpPlace => tables.get(name) ?? { file: path };

/** A TIMESTAMP is a moment: written without its zone, it may be hours off. */
async function refuseUnknownZone(connection: Connection, database: string, seen: Seen): Promise<void> {
  const [columns] = await connection.query<RowDataPacket[]>(
    "SELECT c.table_name AS tableName, c.column_name AS columnName FROM information_schema.columns c " +
      "JOIN information_schema.tables t USING (table_schema, table_name) " +
      "WHERE c.table_schema = ? AND c.data_type = 'timestamp' AND t.table_type = 'BASE TABLE'",
    [database],
  );
  for (const { tableName, columnName } of columns as { tableName: string; columnName: string }[]) {
    const [used] = await connection.query<RowDataPacket[]>(
      `SELECT 1 FROM ${quoteName(tableName)} WHERE ${quoteName(columnName)} IS NOT NULL LIMIT 1`,
    );
    if (used.length === 0) continue;
    const name = Buffer.from(tableName, "latin1").toString("utf8");
    const what = `it does not say the time zone of the TIMESTAMPs in ${name}`;
    throw refused(placeOfTable(name, seen), what, "Dump without --skip-tz-utc and --compact.");
  }
}
