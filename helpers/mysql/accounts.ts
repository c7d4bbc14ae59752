import { KaliumError, messageOf } from "../errors.ts";
import type { DatabaseAccess } from "./info.ts";
import { quoteGrantName, quoteName, userName } from "./names.ts";

/** What functions need; no DROP, ALTER or LOCK, and nothing outside their own database. */
export const functionPrivileges = "SELECT, INSERT, UPDATE, DELETE, CREATE";

const account = (user: string, host: string): string => `'${user}'@'${host}'`;

/** Statement by statement, because a refusal must name its privilege. The collation is the one all servers have. */
export const accountSql = ({ database, user, password }: DatabaseAccess, host: string): readonly string[] => [
  `DROP DATABASE IF EXISTS ${quoteName(database)}`,
  `CREATE DATABASE ${quoteName(database)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
  `DROP USER IF EXISTS ${account(user, host)}`,
  `CREATE USER ${account(user, host)} IDENTIFIED BY '${password}'`,
  grantSql({ database, user }, host, functionPrivileges),
];

export const grantSql = (
  { database, user }: Pick<DatabaseAccess, "database" | "user">,
  host: string,
  privileges: string,
): string => `GRANT ${privileges} ON ${quoteGrantName(database)}.* TO ${account(user, host)}`;

/** Leaves the account with what functions need, whatever it had. */
export const restrictSql = (access: DatabaseAccess, host: string): string =>
  [
    `REVOKE ALL PRIVILEGES ON ${quoteGrantName(access.database)}.* FROM ${account(access.user, host)}`,
    grantSql(access, host, functionPrivileges),
  ].join("; ");

export const dropSql = (database: string, host: string): string =>
  `DROP DATABASE IF EXISTS ${quoteName(database)}; DROP USER IF EXISTS ${account(userName(database), host)}`;

/** Error codes of a missing privilege, by the start of the statement they answer. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [/^(CREATE|DROP) DATABASE/, "CREATE and DROP on databases `kb_%`"],
  [/^(CREATE|DROP) USER/, "CREATE USER"],
  [/^(GRANT|REVOKE)/, `${functionPrivileges} on \`kb_%\`.* WITH GRANT OPTION`],
];

/** Says which privilege the harness's account lacks where that is the reason. The statement itself may hold secrets. */
export function explainRefusal(what: string, error: unknown): KaliumError {
  const { code, sql } = (error instanceof Error ? error : {}) as { code?: unknown; sql?: unknown };
  const missing =
    typeof code === "string" && /ACCESS_DENIED|CANNOT_USER|NONEXISTING_GRANT/.test(code) && typeof sql === "string"
      ? refusals.find(([statement]) => statement.test(sql))?.[1]
      : undefined;
  const details = { code };
  if (missing !== undefined) {
    return new KaliumError("E_MYSQL", `${what} failed: the account lacks ${missing}`, {
      hint: "Grant it, or name an account that has it in KALIUM_MYSQL_URL.",
      details,
    });
  }
  return new KaliumError("E_MYSQL", `${what} failed: ${messageOf(error)}`, {
    ...(code === "ER_LOCK_WAIT_TIMEOUT" && { hint: "A function still holds a row lock: remove its instances first." }),
    details,
  });
}
