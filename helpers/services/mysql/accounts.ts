import { KaliumError, messageOf } from "../../base/errors.ts";
import type { DatabaseAccess } from "./info.ts";
import { loaderName, quoteGrantName, quoteName, userName } from "./names.ts";

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

/** An account that may do all in `database`, to load a dump. */
export const loaderSql = (database: string, password: string, host: string): readonly string[] => {
  const user = loaderName(database);
  return [
    `DROP USER IF EXISTS ${account(user, host)}`,
    `CREATE USER ${account(user, host)} IDENTIFIED BY '${password}'`,
    grantSql({ database, user }, host, "ALL PRIVILEGES"),
  ];
};

/** Leaves the loader with what views and triggers of the dump need, or removes it. Nobody knows its password then. */
export const endLoaderSql = (database: string, host: string, definesCode: boolean): string => {
  const user = loaderName(database);
  if (!definesCode) return `DROP USER ${account(user, host)}`;
  return [
    `REVOKE ALL PRIVILEGES ON ${quoteGrantName(database)}.* FROM ${account(user, host)}`,
    grantSql({ database, user }, host, "SELECT, INSERT, UPDATE, DELETE, TRIGGER"),
  ].join("; ");
};

export const dropSql = (database: string, host: string): string =>
  [
    `DROP DATABASE IF EXISTS ${quoteName(database)}`,
    ...[userName(database), loaderName(database)].map((user) => `DROP USER IF EXISTS ${account(user, host)}`),
  ].join("; ");

/** Error codes of a missing privilege, by the start of the statement they answer. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [/^(CREATE|DROP) DATABASE/, "CREATE and DROP on databases `kb_%`"],
  [/^(CREATE|DROP) USER/, "CREATE USER"],
  [/^(GRANT|REVOKE)/, `${functionPrivileges} on \`kb_%\`.* WITH GRANT OPTION`],
];

/** Says which privilege the harness's account lacks where that is the reason. The statement itself may hold secrets. */
export function explainMysqlRefusal(what: string, error: unknown): KaliumError {
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
