import { quoteName } from "../names.ts";
import { mariadbCollation } from "./collations.ts";
import { engines, leftOut, refusals, systemSchemas } from "./constructs.ts";
import { ownNameEdits, tableEdits } from "./edits.ts";
import { codeOf, definerOf, headOf } from "./head.ts";
import type { Lexing } from "./lexing.ts";
import { type DumpPlace, refused } from "./refused.ts";
import { type Edit, edited, type Token, tokensOf } from "./tokens.ts";

/** What the statements of one dump share. */
export interface DumpContext {
  /** The database that is filled. */
  readonly database: string;
  /** The server skips what MySQL writes in comments for 5.7 and later. */
  readonly isMariadb: boolean;
  /** The server's collations. */
  readonly collations: ReadonlySet<string>;
  /** Name of the database that was dumped, once a statement has said it. */
  source?: string;
  /** The same, where only a comment at the start of the file says it. */
  named?: string | undefined;
  /** A table was made: a database that is named only now is another one. */
  begun: boolean;
  /** Collations that were exchanged, old by new. */
  readonly exchanged: Map<string, string>;
}

/** In a session that sets this variable, triggers of a dump do nothing. */
export const resetVariable = "@kalium_bench_reset";

export interface Translated {
  /** What the server is to run: mostly the statement itself. Absent: nothing, it changes no table and no value. */
  readonly sql?: string;
  /** Its first words (`headOf`). */
  readonly head: string;
}

/** @throws {KaliumError} E_CONFIG the construct is refused */
export function translate(sql: string, lexing: Lexing, place: DumpPlace, context: DumpContext): Translated {
  const head = headOf(tokensOf(sql, lexing, 32));
  if (/^(INSERT|REPLACE)\b/.test(head)) return { sql, head };
  if (head === "" || leftOut.some((pattern) => pattern.test(head))) return { head };
  const refusal = refusals.find((candidate) => candidate.head.test(head));
  if (refusal !== undefined) {
    throw refused(place, `it holds ${refusal.name} (${startOf(sql)}), and ${refusal.why}`, refusal.option);
  }
  const tokens = tokensOf(sql, lexing);
  if (/^(USE|(CREATE|ALTER) (DATABASE|SCHEMA)) /.test(head)) {
    const options = databaseOptions(tokens, head, place, context);
    return { head, ...(options !== undefined && { sql: options }) };
  }
  const isTable = /^CREATE (TEMPORARY )?TABLE\b/.test(head);
  if (isTable) {
    refuseTable(tokens, place, context);
    context.begun = true;
  }
  const exchanges = collationEdits(tokens, place, context);
  if (/^CREATE (VIEW|TRIGGER)\b/.test(head)) {
    const { database, source, named } = context;
    const guards = /^CREATE TRIGGER/.test(head) ? guarded(tokens, place) : [];
    const edits = [
      ...exchanges,
      ...withoutDefiner(tokens),
      ...ownNameEdits(tokens, { database, source: source ?? named }),
      ...guards,
    ];
    return { head, sql: edited(sql, edits) };
  }
  return { head, sql: edited(sql, isTable ? [...exchanges, ...tableEdits(tokens, context.isMariadb)] : exchanges) };
}

/** For messages. */
export const startOf = (sql: string): string => {
  const text = Buffer.from(sql.slice(0, 200), "latin1").toString("utf8").replaceAll(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
};

/** Of CREATE DATABASE and USE, only the defaults for tables count: the database has a name of ours. */
function databaseOptions(
  tokens: readonly Token[],
  head: string,
  place: DumpPlace,
  context: DumpContext,
): string | undefined {
  const code = codeOf(tokens);
  const rest = code.filter(({ text }) => !/^(USE|CREATE|ALTER|DATABASE|SCHEMA|IF|NOT|EXISTS)$/.test(text));
  const nameToken = code.find(({ kind }) => kind === "name") ?? rest[0];
  const name = nameToken?.kind === "name" ? nameToken.text : (nameToken?.text.toLowerCase() ?? "");
  if (systemSchemas.includes(name.toLowerCase())) {
    const hint = "Dump one database: mysqldump DATABASE, without --all-databases.";
    throw refused(place, `it holds the server's own database ${name}`, hint);
  }
  const enters = !head.startsWith("ALTER ");
  if (enters && context.source === undefined && context.begun) context.source = "the one before";
  else context.source ??= name;
  if (context.source.toLowerCase() !== name.toLowerCase()) {
    const hint = "Dump one database: mysqldump DATABASE, without --databases of several.";
    throw refused(place, `it holds two databases, ${context.source} and ${name}`, hint);
  }
  const valueOf = (option: RegExp): string | undefined => {
    const at = code.findIndex(({ text }) => option.test(text));
    if (at === -1) return undefined;
    return code
      .slice(at + 1)
      .find(({ kind, text }) => kind !== "symbol" && text !== "SET")
      ?.text.toLowerCase();
  };
  const [charset, collation] = [valueOf(/^(CHARACTER|CHARSET)$/), valueOf(/^COLLATE$/)];
  if (charset === undefined && collation === undefined) return undefined;
  const known = collation === undefined ? undefined : collationFor(collation, place, context);
  return [
    `ALTER DATABASE ${quoteName(context.database)}`,
    charset === undefined ? "" : ` CHARACTER SET ${charset}`,
    known === undefined ? "" : ` COLLATE ${known}`,
  ].join("");
}

function refuseTable(tokens: readonly Token[], place: DumpPlace, { isMariadb }: DumpContext): void {
  const code = codeOf(tokens);
  const texts = code.map(({ text }) => text);
  const at = texts.findIndex(
    (text, index) => text === "ENGINE" && texts[index + 1] === "=" && code[index]?.kind === "word",
  );
  const engine = at === -1 ? undefined : texts[at + 2];
  if (engine !== undefined && !engines.some((known) => known.toUpperCase() === engine.toUpperCase())) {
    const hint = "Dump with --ignore-table=DATABASE.TABLE, or give the table the engine InnoDB before.";
    throw refused(place, `it holds a table of the engine ${engine}, whose rows a reset cannot bring back`, hint);
  }
  if (/\bWITH SYSTEM VERSIONING\b/.test(texts.join(" "))) {
    const hint = "Dump with --ignore-table=DATABASE.TABLE, or drop the table's system versioning before.";
    throw refused(place, "it holds a table WITH SYSTEM VERSIONING, whose history a reset cannot take back", hint);
  }
  if (isMariadb && tokens.some(({ text }, at) => text === "ENFORCED" && tokens[at - 1]?.text === "NOT")) {
    const hint =
      "Load it into MySQL 8.0.16 or later (KALIUM_MYSQL_URL or KALIUM_MYSQL_IMAGE), or drop the CHECK before.";
    throw refused(place, "it holds a CHECK that is NOT ENFORCED, which this server would enforce", hint);
  }
}

function collationEdits(tokens: readonly Token[], place: DumpPlace, context: DumpContext): readonly Edit[] {
  return tokens.flatMap(({ kind, text, start, end }): readonly Edit[] => {
    if (kind !== "word" || !/^(UTF8MB4|UTF8MB3|UTF8)_\w*(0900|UCA1400)/.test(text)) return [];
    const known = collationFor(text.toLowerCase(), place, context);
    return known === text.toLowerCase() ? [] : [{ start, end, text: known }];
  });
}

function collationFor(collation: string, place: DumpPlace, { collations, exchanged }: DumpContext): string {
  if (collations.has(collation)) return collation;
  const other = mariadbCollation(collation);
  if (other !== undefined && collations.has(other)) {
    exchanged.set(collation, other);
    return other;
  }
  const kind = collation.includes("uca1400") ? "MariaDB 10.10 or later" : "MySQL 8 or later";
  const hint = `Load it into ${kind} (KALIUM_MYSQL_URL or KALIUM_MYSQL_IMAGE), or give the tables another collation.`;
  throw refused(place, `the server has neither the collation ${collation} nor its equal`, hint);
}

/** The account that loads the dump becomes the definer: it has no rights outside the database. */
function withoutDefiner(tokens: readonly Token[]): readonly Edit[] {
  const code = codeOf(tokens);
  const [from, behind] = definerOf(code) ?? [0, 0];
  const [first, last] = [code[from], code[behind - 1]];
  return first && last ? [{ start: first.start, end: last.end, text: "" }] : [];
}

/** The trigger's statement becomes that of an IF, which the harness's own session does not enter. */
function guarded(tokens: readonly Token[], place: DumpPlace): readonly Edit[] {
  const code = codeOf(tokens);
  const row = code.findIndex(({ text }, at) => text === "ROW" && code[at - 1]?.text === "EACH");
  const orderWords = /^(FOLLOWS|PRECEDES)$/.test(code[row + 1]?.text ?? "") && code[row + 2]?.text !== ":" ? 2 : 0;
  const body = code.slice(row + 1 + orderWords);
  const last = body.findLast(({ text, kind }) => kind !== "symbol" || text !== ";");
  const [first, end] = [body[0], body.at(-1)?.end];
  if (row === -1 || first === undefined || last === undefined || end === undefined) {
    throw refused(place, "it holds a trigger without FOR EACH ROW and a statement", "Dump with --skip-triggers.");
  }
  return [
    { start: first.start, end: first.start, text: `IF ${resetVariable} IS NULL THEN ` },
    { start: last.end, end, text: "; END IF" },
  ];
}
