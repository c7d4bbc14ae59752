import { createConnection, createPool, type Pool, type PoolOptions, type RowDataPacket } from "mysql2/promise";
import { within } from "../../base/deadline.ts";
import type { ServerEndpoint } from "./info.ts";

export interface Login {
  readonly endpoint: ServerEndpoint;
  readonly adminUser: string;
  readonly adminPassword: string;
}

const optionsOf = ({ endpoint, adminUser, adminPassword }: Login): PoolOptions => ({
  ...endpoint,
  user: adminUser,
  password: adminPassword,
  multipleStatements: true, // the harness's connection only
  charset: "utf8mb4_unicode_ci",
  connectTimeout: 10_000,
  dateStrings: true,
});

/** One connection of the harness, opened at first use and again if it broke. */
export const openMysqlSession = (login: Login): Pool => createPool({ ...optionsOf(login), connectionLimit: 1 });

/** Says goodbye; a server that does not hear it is left without. */
export async function endSession(session: Pool): Promise<void> {
  await within({ what: "the server to end the session", timeoutMs: 10_000 }, () => session.end()).catch(
    () => undefined,
  );
}

/** Logs in once and leaves; rejects with the driver's error. */
export async function tryLogin(login: Login, database?: string): Promise<void> {
  const connection = await createConnection({ ...optionsOf(login), ...(database !== undefined && { database }) });
  await connection.end();
}

export interface ServerFacts {
  readonly version: string;
  readonly sqlMode: string;
  /** Our address as the server sees it, as the host part of an account. */
  readonly seenFrom: string;
}

export async function readServerFacts(session: Pool): Promise<ServerFacts> {
  const [[row]] = await session.query<RowDataPacket[]>(
    "SELECT VERSION() AS version, @@GLOBAL.sql_mode AS sqlMode, USER() AS user",
  );
  const { version, sqlMode, user } = row as { version: string; sqlMode: string; user: string };
  return { version, sqlMode, seenFrom: user.slice(user.lastIndexOf("@") + 1) };
}
