import { createHash } from "node:crypto";
import { escape, type Pool, type RowDataPacket } from "mysql2/promise";
import { KaliumError } from "../errors.ts";
import { quoteName } from "./names.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * For each table by name: its name and, sorted, the SHA-256 of each row as JSON of [column, value as Base64 or null];
 * SHA-256 over these lines. Two databases with the same rows have the same digest, whatever the order of insertion.
 */
export async function digestDatabase(session: Pool, database: string): Promise<string> {
  const lines: string[] = [];
  for (const table of await tablesOf(session, database)) {
    const rows = await readRows(session, database, table, "bytes");
    const rowDigests = rows.map((row) =>
      sha256(JSON.stringify(Object.entries(row).map(([column, value]) => [column, encode(value)]))),
    );
    lines.push(table, ...rowDigests.sort());
  }
  return sha256(lines.join("\n"));
}

const encode = (value: unknown): string | null => (Buffer.isBuffer(value) ? value.toString("base64") : null);

/** One transaction of DELETE and INSERT: 20 times faster than TRUNCATE, and ids stay as they are. */
export async function snapshotDatabase(session: Pool, database: string): Promise<string> {
  const statements: string[] = ["START TRANSACTION"];
  for (const table of await tablesOf(session, database)) {
    statements.push(`DELETE FROM ${quoteName(table)}`);
    for (const row of await readRows(session, database, table, "values")) {
      const columns = Object.keys(row).map(quoteName).join(", ");
      const values = Object.values(row as Record<string, string | number | Buffer | null>).map((value) =>
        escape(value),
      );
      statements.push(`INSERT INTO ${quoteName(table)} (${columns}) VALUES (${values.join(", ")})`);
    }
  }
  return [...statements, "COMMIT"].join(";\n");
}

/** @throws {KaliumError} E_MYSQL when there are none */
export async function tablesOf(session: Pool, database: string): Promise<readonly string[]> {
  const [rows] = await session.query<RowDataPacket[]>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE'",
    [database],
  );
  if (rows.length === 0) throw new KaliumError("E_MYSQL", `database ${database} has no tables, or does not exist`);
  return rows.map(({ name }) => String(name)).sort();
}

async function readRows(
  session: Pool,
  database: string,
  table: string,
  as: "bytes" | "values",
): Promise<readonly RowDataPacket[]> {
  const [rows] = await session.query<RowDataPacket[]>({
    sql: `SELECT * FROM ${quoteName(database)}.${quoteName(table)}`,
    ...(as === "bytes" && { typeCast: (field: { buffer(): Buffer | null }) => field.buffer() }),
  });
  return rows;
}
