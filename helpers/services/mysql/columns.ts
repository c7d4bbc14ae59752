import type { Pool, RowDataPacket } from "mysql2/promise";
import { KaliumError } from "../../base/errors.ts";

export interface DatabaseColumn {
  readonly name: string;
  /** `information_schema`'s word, such as `bigint`. */
  readonly type: string;
  /** The server computes it. */
  readonly generated: boolean;
  /** AUTO_INCREMENT. */
  readonly counts: boolean;
}

/** Base tables by name, sorted, with their columns, invisible ones too. @throws {KaliumError} E_MYSQL when there are none */
export async function columnsOf(
  session: Pool,
  database: string,
): Promise<ReadonlyMap<string, readonly DatabaseColumn[]>> {
  const tables = new Map<string, DatabaseColumn[]>((await tablesOf(session, database)).map((table) => [table, []]));
  const [rows] = await session.query<RowDataPacket[]>(
    "SELECT table_name AS tableName, column_name AS name, data_type AS type, extra AS extra " +
      "FROM information_schema.columns WHERE table_schema = ? ORDER BY ordinal_position",
    [database],
  );
  for (const { tableName, name, type, extra } of rows) {
    tables.get(String(tableName))?.push({
      name: String(name),
      type: String(type).toLowerCase(),
      generated: /(virtual|stored|persistent) generated/i.test(String(extra)),
      counts: /auto_increment/i.test(String(extra)),
    });
  }
  return tables;
}

/** Base tables, sorted. @throws {KaliumError} E_MYSQL when there are none */
export async function tablesOf(session: Pool, database: string): Promise<readonly string[]> {
  const [rows] = await session.query<RowDataPacket[]>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE'",
    [database],
  );
  if (rows.length === 0) throw new KaliumError("E_MYSQL", `database ${database} has no tables, or does not exist`);
  return rows.map(({ name }) => String(name)).sort();
}
