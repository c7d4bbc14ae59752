import type { Pool, RowDataPacket } from "mysql2/promise";
import { nowNs, nsToMs } from "../../base/clock.ts";
import { within } from "../../base/deadline.ts";
import { KaliumError, messageOf } from "../../base/errors.ts";
import { accountSql, dropSql, explainMysqlRefusal } from "./accounts.ts";
import { tablesOf } from "./columns.ts";
import { digestDatabase, digestTables, snapshotDatabase, usual } from "./contents.ts";
import { resetVariable } from "./dump/translate.ts";
import { addLabels, importFiles } from "./import-dump.ts";
import { readDump } from "./dump/read.ts";
import type { DatabaseAccess, MysqlInfo } from "./info.ts";
import { copyName, databaseName, databasePrefix, newPassword, quoteName, userName } from "./names.ts";
import { endSession, openMysqlSession, tryLogin } from "./session.ts";

/** What the harness does with a server, from any of its processes. */
export interface MysqlAdmin {
  readonly info: MysqlInfo;
  /** Makes a fresh database with an account of its own; one of that name is replaced. */
  createDatabase(name: string, statements: readonly string[]): Promise<DatabaseAccess>;
  /**
   * The same from a file of mysqldump or mariadb-dump, or a folder of mydumper; tables in `labelled` get the column
   * `label` if they lack it. What cannot be loaded exactly is refused (E_CONFIG), and nothing of it stays. `tell` hears
   * of each collation that the server has under another name.
   */
  importDump(
    name: string,
    path: string,
    labelled?: readonly string[],
    tell?: (notice: string) => void,
  ): Promise<DatabaseAccess>;
  /** Runs `sql` (many statements are one round trip) in `database`, without triggers; returns what it took. */
  reset(database: string, sql: string): Promise<{ readonly resetMs: number }>;
  /** Names of all tables, sorted. */
  tables(database: string): Promise<readonly string[]>;
  /** SQL for `reset` that brings back the rows `database` has now, from a copy on the server; a later one replaces it. */
  snapshot(database: string): Promise<string>;
  /** SHA-256 of all rows, whatever their order. */
  digest(database: string): Promise<string>;
  /** Per table, a digest of its rows that the server makes. */
  tableDigests(database: string): Promise<ReadonlyMap<string, string>>;
  dropDatabase(database: string): Promise<void>;
  /** Drops every database and account of this run. */
  dropDatabases(): Promise<void>;
  close(): Promise<void>;
}

/** A hanging lock must show as an error, not as a silent run. */
const lockWaitSeconds = 5;
const timeoutMs = 120_000;

/** Opens no connection before the first use. */
export function connectMysql(info: MysqlInfo): MysqlAdmin {
  const session = openMysqlSession(info);

  /** A server that is gone, or hangs, is an error of ours that says during what. */
  const asked = <T>(what: string, work: () => Promise<T>): Promise<T> =>
    within({ what, timeoutMs }, work).catch((error: unknown) => {
      throw error instanceof KaliumError ? error : explainMysqlRefusal(what, error);
    });
  const run = async (what: string, sql: string): Promise<void> => {
    await asked(what, () => session.query(sql));
  };
  const dropDatabase = (database: string): Promise<void> =>
    run(
      `dropping database ${database}`,
      `${dropSql(database, info.accountHost)}; DROP DATABASE IF EXISTS ${quoteName(copyName(info.runId, database))}`,
    );

  const createDatabase = async (name: string, statements: readonly string[]): Promise<DatabaseAccess> => {
    const database = databaseName(info.runId, name);
    const [user, password] = [userName(database), newPassword()];
    const access = { ...info.functionEndpoint, database, user, password };
    const what = `creating database ${database}`;
    try {
      for (const sql of accountSql(access, info.accountHost)) await run(what, sql);
      const tables = [`USE ${quoteName(database)}`, ...statements].join(";\n");
      if (statements.length > 0) await run(`creating the tables of ${database}`, tables);
      await checkLogin({ ...access, ...(info.functionsOnly && info.endpoint) });
      return access;
    } catch (error) {
      await dropDatabase(database).catch(() => undefined); // the first error says what is wrong
      throw error;
    }
  };

  return {
    info,
    createDatabase,
    dropDatabase,
    importDump: async (name, path, labelled = ["storedPhotosTable"], tell) => {
      const files = await readDump(path);
      const access = await createDatabase(name, []);
      try {
        const exchanged = await importFiles(session, info, access.database, files);
        await addLabels(session, access.database, labelled);
        for (const [old, other] of exchanged) tell?.(`${old} is loaded as ${other}, as MariaDB 11.4 does`);
        return access;
      } catch (error) {
        await dropDatabase(access.database);
        throw error;
      }
    },
    reset: async (database, sql) => {
      const startNs = nowNs();
      const limits = `SET SESSION innodb_lock_wait_timeout=${lockWaitSeconds}, lock_wait_timeout=${lockWaitSeconds}`;
      const start = `${limits}, ${resetVariable}=1; USE ${quoteName(database)}`;
      await run(`resetting database ${database}`, `${start}; ${sql}`).catch(async (error: unknown) => {
        await session.query(`ROLLBACK; ${usual}`).catch(() => undefined); // the first error says what is wrong
        throw error;
      });
      return { resetMs: nsToMs(nowNs() - startNs) };
    },
    tables: (database) => asked(`the tables of ${database}`, () => tablesOf(session, database)),
    snapshot: (database) => snapshotDatabase(session, database, copyName(info.runId, database)), // as long as it takes
    digest: (database) => digestDatabase(session, database),
    tableDigests: (database) => asked(`the rows of ${database}`, () => digestTables(session, database)),
    dropDatabases: async () => {
      const databases = await asked("the databases of the run", () => databasesOf(session, info.runId));
      for (const database of databases) await dropDatabase(database);
    },
    close: () => endSession(session),
  };
}

/**
 * Through the functions' own door: proves account, grant and forwarder before anything is measured. On MySQL it also
 * fills the server's password cache, so that no function pays for the first login.
 */
async function checkLogin({ database, user, password, host, port }: DatabaseAccess): Promise<void> {
  const login = { endpoint: { host, port }, adminUser: user, adminPassword: password };
  const what = `the account of database ${database} to log in at ${host}:${port}`;
  await within({ what, timeoutMs }, () => tryLogin(login, database)).catch((error: unknown) => {
    throw new KaliumError("E_MYSQL", `${user} cannot log in at ${host}:${port}: ${messageOf(error)}`, { cause: error });
  });
}

async function databasesOf(session: Pool, runId: string): Promise<readonly string[]> {
  const [rows] = await session.query<RowDataPacket[]>("SELECT schema_name AS name FROM information_schema.schemata");
  return rows.map(({ name }) => String(name)).filter((name) => name.startsWith(databasePrefix(runId)));
}
