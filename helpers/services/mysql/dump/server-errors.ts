import { KaliumError, messageOf } from "../../../base/errors.ts";
import { type DumpPlace, refusedByServer } from "./refused.ts";
import { startOf } from "./translate.ts";

const otherServer =
  "Load it into a server of the kind and version that it was dumped from (KALIUM_MYSQL_URL or KALIUM_MYSQL_IMAGE).";

const otherLetters =
  "The dump's letters are not of the character set that it names, or utf8mb4 where it names none. Dump with --default-character-set=utf8mb4, and without --skip-set-charset.";

/** What to do about an error of the server, by its code. */
const hints: Readonly<Record<string, string>> = {
  ER_PARSE_ERROR: `${otherServer} Or dump again without --compatible, and with --result-file=FILE if a message is in the file.`,
  ER_BINLOG_CREATE_ROUTINE_NEED_SUPER:
    "Dump with --skip-triggers, or set log_bin_trust_function_creators=1 on the server.",
  ER_INVALID_CHARACTER_STRING: otherLetters,
  ER_DELAYED_NOT_SUPPORTED: "Dump without --delayed-insert.",
  ER_VIEW_INVALID: "Dump with --ignore-table=DATABASE.VIEW, or repair the view before.",
  ER_SP_DOES_NOT_EXIST: "Dump with --ignore-table=DATABASE.VIEW: stored routines are not loaded.",
  ER_NO_SUCH_TABLE: "Dump all tables of the database that views and triggers read.",
  ER_DUP_ENTRY: "Dump with --add-drop-table, or from a server whose collations find the keys different.",
  ER_NET_PACKET_TOO_LARGE: "Dump with --net-buffer-length=1M, or raise max_allowed_packet on the server.",
};

const denied =
  "Dump one database with mysqldump, mariadb-dump or mydumper, without what concerns others or the whole server; or remove the statement.";

/** What to do about a warning that tells of an altered value. */
export const alterationHint = (code: number): string =>
  code === 1366 ? `${otherLetters} Or load it into the kind of server that it is from.` : otherServer;

export function statementRefusal(error: unknown, place: DumpPlace, sql: string): KaliumError {
  if (error instanceof KaliumError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = Buffer.from(messageOf(error), "latin1").toString("utf8");
  const hint = hints[code] ?? (/DENIED/.test(code) ? denied : otherServer);
  return refusedByServer(place, `${message} (${startOf(sql)})`, hint, error);
}
