import { createConnection, type Connection, type ResultSetHeader, type RowDataPacket } from "mysql2/promise";
import { within } from "../../../base/deadline.ts";
import type { ServerEndpoint } from "../info.ts";
import { type Lexing, plainLexing } from "./lexing.ts";
import { checkTables } from "./check-tables.ts";
import type { DumpFile } from "./read.ts";
import { type DumpPlace, refused } from "./refused.ts";
import { alterationHint, statementRefusal } from "./server-errors.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { type DumpContext, resetVariable, startOf, translate } from "./translate.ts";
import { isAltering } from "./warnings.ts";

/** An account with all rights in `database` and none elsewhere. */
export interface Loader extends ServerEndpoint {
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

export interface LoadedDump {
  /** Collations that this server does not know, by the equal one that it knows. */
  readonly exchanged: ReadonlyMap<string, string>;
  /** Whether it made views or triggers, which run with the rights of the loader. */
  readonly definesCode: boolean;
}

/** Per statement, which has at most 256 MiB. */
const statementTimeoutMs = 600_000;

/**
 * What dump programs expect of a session, whether they say so (in their first lines) or not (--compact): rows as they
 * are, in any order.
 */
const session = [
  "NAMES utf8mb4",
  "SESSION sql_mode='NO_AUTO_VALUE_ON_ZERO', foreign_key_checks=0, time_zone='+00:00'",
  `${resetVariable}=1`,
].map((settings) => `SET ${settings}`);

/**
 * Runs the files of a dump under an account that may do all within its database and nothing elsewhere.
 * @throws {KaliumError} E_CONFIG a construct is refused, or the server refuses or alters something
 */
export async function loadDump(loader: Loader, files: readonly DumpFile[]): Promise<LoadedDump> {
  const { host, port, user, password, database } = loader;
  // Bytes go out as they are: as letters of Latin 1, whatever character set the dump names. Without session tracking
  // the driver would follow the dump's SET NAMES.
  const charset = "BINARY";
  const connection = await createConnection({
    host,
    port,
    user,
    password,
    database,
    charset,
    flags: ["-SESSION_TRACK"],
  });
  try {
    const [collations] = await connection.query<RowDataPacket[]>("SHOW COLLATION");
    const [variables] = await connection.query<RowDataPacket[]>(
      "SELECT @@max_allowed_packet AS bytes, VERSION() AS version",
    );
    const context: DumpContext = {
      database,
      isMariadb: /mariadb/i.test(String(variables[0]?.["version"])),
      collations: new Set(collations.map(({ Collation }) => fullName(String(Collation)))),
      exchanged: new Map(),
      begun: false,
    };
    const run = new Run(connection, context, Number(variables[0]?.["bytes"]));
    for (const file of files) await run.file(file);
    await connection.query("COMMIT");
    const definesCode = await checkTables(connection, database, run);
    return { exchanged: context.exchanged, definesCode };
  } finally {
    connection.destroy();
  }
}

/** MariaDB shows some that several character sets have, without one. */
const fullName = (collation: string): string => (collation.startsWith("uca1400_") ? `utf8mb4_${collation}` : collation);

/** One load: what its statements have said so far. */
class Run {
  #lexing: Lexing = plainLexing;
  /** Whether the dump says which time zone its TIMESTAMPs are in. */
  zoned = false;
  /** Where each table was made. */
  readonly tables = new Map<string, DumpPlace>();
  path = "";

  readonly #connection: Connection;
  readonly #context: DumpContext;
  readonly #maxPacketBytes: number;

  constructor(connection: Connection, context: DumpContext, maxPacketBytes: number) {
    this.#connection = connection;
    this.#context = context;
    this.#maxPacketBytes = maxPacketBytes;
  }

  async file(file: DumpFile): Promise<void> {
    this.path = file.path;
    this.#context.named = /^-- Host: .*\bDatabase: (\S+)\r?$/m.exec(file.sql.toString("latin1", 0, 2_000))?.[1];
    for (const sql of session) await this.#connection.query(sql);
    await this.#readLexing();
    let unrestored: DumpPlace | undefined;
    for (const statement of statementsOf(file, () => this.#lexing)) {
      const place = { file: file.path, line: statement.line };
      await this.#statement(statement, place);
      const head = statement.sql.slice(0, 300);
      if (/@OLD_SQL_MODE\s*=/i.test(head)) unrestored = place;
      if (/=\s*@OLD_SQL_MODE/i.test(head)) unrestored = undefined;
    }
    if (unrestored !== undefined) {
      throw refused(
        unrestored,
        "its last lines are missing, which restore SQL_MODE",
        "Dump again: the file is cut off.",
      );
    }
  }

  async #statement({ sql }: Statement, place: DumpPlace): Promise<void> {
    const { sql: translated, head } = translate(sql, this.#lexing, place, this.#context);
    if (translated === undefined) return;
    if (translated.length >= this.#maxPacketBytes) {
      const sizes = `${translated.length} bytes, and the server takes ${this.#maxPacketBytes} (max_allowed_packet)`;
      const hint = "Dump with --net-buffer-length=1M or --skip-extended-insert, or raise max_allowed_packet.";
      throw refused(place, `a statement has ${sizes}`, hint);
    }
    const { warningStatus } = await this.#run(translated, place);
    if (head.startsWith("SET ")) {
      this.zoned ||= /\btime_zone\s*=\s*['"]/i.test(sql);
      await this.#readLexing();
    } else if (warningStatus > 0 && !head.startsWith("DROP ")) await this.#refuseAltered(place, sql, warningStatus);
    const table = /\bTABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?`?([^`\s(]+)/i.exec(sql.slice(0, 500))?.[1];
    if (head.startsWith("CREATE TABLE ") && table !== undefined) {
      this.tables.set(Buffer.from(table, "latin1").toString("utf8"), place);
    }
  }

  async #run(sql: string, place: DumpPlace): Promise<ResultSetHeader> {
    const what = `the server to run line ${place.line ?? 0} of ${place.file}`;
    try {
      const [result] = await within({ what, timeoutMs: statementTimeoutMs }, () =>
        this.#connection.query<ResultSetHeader>(sql),
      );
      return result;
    } catch (error) {
      throw statementRefusal(error, place, sql);
    }
  }

  /**
   * The session's own word on what quotes and escapes mean from here on. Whatever the dump says, notes are wanted, and
   * keys are checked: without unique_checks, MariaDB empties a table whose INSERT IGNORE has a key twice, and says nothing.
   */
  async #readLexing(): Promise<void> {
    await this.#connection.query("SET SESSION sql_notes=1, unique_checks=1");
    const [[row]] = await this.#connection.query<RowDataPacket[]>(
      "SELECT @@SESSION.sql_mode AS mode, @@SESSION.character_set_client AS charset",
    );
    const modes = String(row?.["mode"]).split(",");
    this.#lexing = {
      backslashEscapes: !modes.includes("NO_BACKSLASH_ESCAPES"),
      ansiQuotes: modes.includes("ANSI_QUOTES"),
      charset: String(row?.["charset"]),
    };
  }

  async #refuseAltered(place: DumpPlace, sql: string, count: number): Promise<void> {
    const [rows] = await this.#connection.query<RowDataPacket[]>("SHOW WARNINGS");
    const warnings = rows.map(({ Level, Code, Message }) => ({
      level: String(Level),
      code: Number(Code),
      message: Buffer.from(String(Message), "latin1").toString("utf8"),
    }));
    const altering = warnings.find(isAltering);
    if (altering === undefined && warnings.length >= count) return;
    if (altering === undefined) {
      const what = `a statement causes ${count} warnings, and the server shows only ${warnings.length}`;
      throw refused(place, what, "Dump with --hex-blob, or with --net-buffer-length=4096.");
    }
    const hint = alterationHint(altering.code);
    throw refused(place, `the server would alter something (${startOf(sql)}): ${altering.message}`, hint);
  }
}
