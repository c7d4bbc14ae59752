/** What a dump may hold besides tables and data: left out, or refused with the option that dumps without it. */

/** Concern the server that wrote the dump, or the database's name, and change no table and no value. */
export const leftOut: readonly RegExp[] = [
  /^SET (@@GLOBAL \. |GLOBAL )(GTID_PURGED|GTID_SLAVE_POS|GTID_BINLOG_STATE)\b/,
  /^SET (@@|SESSION )?SQL_LOG_BIN\b/,
  /^CHANGE (MASTER|REPLICATION)\b/,
  /^(START|STOP) (ALL )?(SLAVES?|REPLICAS?|GROUP_REPLICATION)\b/,
  /^FLUSH (PRIVILEGES|LOGS|BINARY LOGS)\b/,
  /^(UN)?LOCK TABLES?\b/, // nobody else is in the database
  /^DROP (DATABASE|SCHEMA)\b/,
];

export interface Refusal {
  /** Matches the first words of a statement, in capitals, without DEFINER and OR REPLACE. */
  readonly head: RegExp;
  readonly name: string;
  readonly why: string;
  /** How to dump without it. */
  readonly option: string;
}

export const refusals: readonly Refusal[] = [
  {
    head: /^(CREATE|DROP|ALTER) (AGGREGATE )?(FUNCTION|PROCEDURE|PACKAGE)\b/,
    name: "a stored routine",
    why: "functions of the benchmark may not execute routines",
    option: "Dump without --routines (mysqldump --skip-routines).",
  },
  {
    head: /^(CREATE|DROP|ALTER) EVENT\b/,
    name: "an event",
    why: "it would change rows while something is measured",
    option: "Dump without --events (mysqldump --skip-events).",
  },
  {
    head: /^(CREATE|DROP|ALTER) SEQUENCE\b|^DO SETVAL\b/,
    name: "a sequence",
    why: "a reset cannot set it back",
    option: "Dump with --ignore-table=DATABASE.SEQUENCE.",
  },
  {
    head: /^LOAD (DATA|XML|INDEX)\b/,
    name: "LOAD DATA",
    why: "rows in further files are not read",
    option: "Dump rows as INSERT: mysqldump without --tab, mydumper without --load-data and --csv.",
  },
  {
    head: /^(CREATE|DROP|ALTER|RENAME) (USER|ROLE)\b|^(GRANT|REVOKE)\b|^SET (PASSWORD|ROLE|DEFAULT ROLE)\b/,
    name: "an account or a grant",
    why: "a dump brings tables and rows, never rights",
    option: "Dump one database without --system and --all-databases.",
  },
  {
    head: /^(CREATE|ALTER|DROP) (UNDO )?TABLESPACE\b|^(CREATE|ALTER|DROP) LOGFILE GROUP\b/,
    name: "a tablespace",
    why: "it makes files outside the database",
    option: "Dump with --no-tablespaces.",
  },
  {
    head: /^(INSTALL|UNINSTALL) |^CREATE SERVER\b|^DROP SERVER\b/,
    name: "a plugin or a foreign server",
    why: "it would change the database server",
    option: "Dump without --system.",
  },
  {
    head: /^SET (GLOBAL|PERSIST|PERSIST_ONLY|@@GLOBAL \.|@@PERSIST \.)/,
    name: "a global setting",
    why: "it would change the database server",
    option: "Dump one database without --all-databases, or remove the statement.",
  },
  {
    head: /^(\\|(SOURCE|SYSTEM|TEE|NOTEE|PAGER|NOPAGER|EDIT|CONNECT|CHARSET|DELIMITER|QUIT|EXIT)\b)/,
    name: "a command to the client",
    why: "only SQL is run",
    option: "Dump with mysqldump, mariadb-dump or mydumper.",
  },
];

/** Databases of the server itself. */
export const systemSchemas: readonly string[] = ["mysql", "sys", "information_schema", "performance_schema"];

/** Engines whose rows DELETE and INSERT bring back. Others keep rows elsewhere, or none. */
export const engines: readonly string[] = ["InnoDB", "MyISAM", "Aria", "MEMORY"];
