import type { LocalNetworkInfo } from "../../contracts/runtime.ts";
import type { MysqlSource, WantedMysqlSource } from "../../contracts/service.ts";

export interface ServerEndpoint {
  readonly host: string;
  readonly port: number;
}

/** What a source could not do; the next one is tried, or the error quotes it. */
export interface SkippedSource {
  readonly source: MysqlSource;
  readonly reason: string;
}

export interface MysqlOptions {
  readonly runId: string;
  /** Absolute; a private server lives in `mysql` below it. */
  readonly runDirectory: string;
  /** Its host address is where functions reach the server. */
  readonly network: LocalNetworkInfo;
  /** A server of the user's (KALIUM_MYSQL_URL): it is used, or an error says why not; nothing else is tried. */
  readonly url?: string | undefined;
  /** `auto` tries docker, then local. A named source must work. */
  readonly source?: WantedMysqlSource | undefined;
  /** Docker image of a MySQL or MariaDB server. */
  readonly image?: string | undefined;
  /** Port that functions use; 0 is a free one. Absent: 3306 on a bridge, free on loopback. */
  readonly port?: number | undefined;
  /** A server of this machine writes each commit to disk, as the artifact's does. Absent: no. */
  readonly durable?: boolean | undefined;
  /** Where functions have a door of their own to the server of `url`, as pods have. */
  readonly door?: FunctionDoor | undefined;
}

export interface FunctionDoor {
  readonly endpoint: ServerEndpoint;
  /** Host part of the functions' accounts. */
  readonly accountHost: string;
  /** Whether the harness can use it, too. */
  readonly reachable: boolean;
}

/** All that another process needs to administer the server. Plain JSON; holds a password, so never record it. */
export interface MysqlInfo {
  readonly runId: string;
  readonly source: MysqlSource;
  /** The server's own `VERSION()`; MariaDB says its name there. */
  readonly version: string;
  /** The server's global SQL mode, which the functions' sessions start with. */
  readonly sqlMode: string;
  readonly skipped: readonly SkippedSource[];
  /** Reachable from the harness. */
  readonly endpoint: ServerEndpoint;
  /** Reachable from sandboxes. */
  readonly functionEndpoint: ServerEndpoint;
  /** The harness cannot reach `functionEndpoint`, so it tries accounts at `endpoint`. */
  readonly functionsOnly?: boolean;
  /** Host part of the functions' accounts: where they may log in from, as the server sees them. */
  readonly accountHost: string;
  readonly adminUser: string;
  readonly adminPassword: string;
  /** Of the server's process, where this run has started it on this machine. */
  readonly pid?: number;
}

/** What a function gets: its own account, which can do nothing outside its own database. */
export interface DatabaseAccess extends ServerEndpoint {
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** What the process that holds the server is started with, and answers. */
export type KeeperOptions = Omit<MysqlOptions, "source"> & { readonly source: MysqlSource };

export type KeeperOutcome =
  | { readonly ok: true; readonly info: Omit<MysqlInfo, "skipped"> }
  | { readonly ok: false; readonly reason: string; readonly hint?: string };
