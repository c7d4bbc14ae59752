import { createHash, randomBytes } from "node:crypto";
import { KaliumError } from "../../base/errors.ts";

/** MySQL's limit for the name of a database. */
const maxNameLength = 64;

/** Everything this run creates on a server starts with this, so that its end finds it all. */
export const databasePrefix = (runId: string): string => `kb_${plain(runId)}_`;

/** @throws {KaliumError} E_CONFIG when the name is longer than MySQL allows */
export function databaseName(runId: string, name: string): string {
  const database = `${databasePrefix(runId)}${plain(name)}`;
  if (database.length <= maxNameLength) return database;
  throw new KaliumError("E_CONFIG", `${database} is longer than the ${maxNameLength} characters of a MySQL name`, {
    hint: "Use a shorter run id or system name.",
  });
}

/** Of the rows that a reset brings back; no function's account reaches it. */
export const copyName = (runId: string, database: string): string =>
  databaseName(runId, `copy_${createHash("sha256").update(database).digest("hex").slice(0, 8)}`);

/** One account per database, with a name any process can derive: at most 32 characters in MySQL. */
export const userName = (database: string): string =>
  `kb_${createHash("sha256").update(database).digest("hex").slice(0, 16)}`;

/** Of the account that loads a dump, and whose rights the dump's views and triggers have. */
export const loaderName = (database: string): string => `${userName(database)}_load`;

/** Letters that need no quoting in SQL, a shell or a URL. */
export const newPassword = (): string => randomBytes(24).toString("base64url");

export const quoteName = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

/** In GRANT, `_` and `%` of a database name are wildcards. */
export const quoteGrantName = (database: string): string => quoteName(database.replaceAll(/[_%]/g, String.raw`\$&`));

const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
