import { endOfComment, endOfLine, endOfQuote, type Lexing, pairFinder } from "./lexing.ts";
import type { DumpFile } from "./read.ts";
import { refused } from "./refused.ts";

/** One statement of a dump. */
export interface Statement {
  /** Its bytes, each a letter of Latin 1: a dump mixes character sets, and every byte has to arrive. */
  readonly sql: string;
  /** Where it begins, from 1. */
  readonly line: number;
}

/** Half of what a text can have. */
const maxStatementBytes = 2 ** 28;

const code = (letter: string): number => letter.charCodeAt(0);
const [newline, semicolon, slash] = [10, code(";"), code("/")];
const isSpace = (byte: number | undefined): boolean => byte !== undefined && byte <= 0x20;
const quotes: readonly (number | undefined)[] = [code("'"), code('"'), code("`")];
const commentStarts: readonly (number | undefined)[] = [code("#"), code("-"), slash];

/** What a dump program, its shell or a container's client says on standard error, where that went into the file. */
const noise =
  /^(?:(?:\S*[/\\])?(?:mysqldump|mysqlpump|mariadb-dump|mydumper)(?:\.exe)?: .*|warning: .*|enter password: ?|defaulted container .*)/i;
/** Of such lines, those that say that rows are missing. Tablespaces have no rows. */
const failed = /^\S+: (?!\[warning\])(?!.*when trying to dump tablespaces).*(?:\berror\b|couldn't|can't|unknown)/i;

/**
 * The statements of one file, split as the server's client does it: by the delimiter outside quotes and comments.
 * `lexing` is asked before each, because a statement may change how the session reads the next.
 * @throws {KaliumError} E_CONFIG the file is cut off, or holds an error of the dump program
 */
export function* statementsOf(
  { path: file, sql: bytes, delimiter: first }: DumpFile,
  lexing: () => Lexing,
): Generator<Statement> {
  let [at, line, counted] = [0, 1, 0];
  let delimiter = Buffer.from(first);
  const lineAt = (place: number): number => {
    for (let end = bytes.indexOf(newline, counted); end !== -1 && end < place; end = bytes.indexOf(newline, counted)) {
      line++;
      counted = end + 1;
    }
    return line;
  };
  const cutOff = (place: number, what: string): Error =>
    refused(
      { file, line: lineAt(place) },
      `it ends within ${what} that begins there`,
      "Dump again: the file is cut off.",
    );

  for (;;) {
    while (isSpace(bytes[at])) at++;
    if (at >= bytes.length) return;
    const behind = endOfComment(bytes, at);
    if (behind === -1) throw cutOff(at, "a comment");
    if (behind > at) {
      at = behind;
      continue;
    }
    if (at === 0 || bytes[at - 1] === newline) {
      const text = bytes.toString("latin1", at, Math.min(endOfLine(bytes, at), at + 1000)).trimEnd();
      const named = /^delimiter\s+(\S+)/i.exec(text)?.[1];
      const noisy = noise.exec(text)?.[0];
      if (noisy !== undefined && failed.test(noisy)) {
        const hint = "Dump again without that error, with --result-file=FILE, so that errors stay on the screen.";
        throw refused({ file, line: lineAt(at) }, `the dump program failed: ${noisy}`, hint);
      }
      if (named !== undefined) delimiter = Buffer.from(named, "latin1");
      if (named !== undefined || noisy !== undefined) {
        at = noisy === undefined ? endOfLine(bytes, at) : at + noisy.length;
        continue;
      }
    }
    const end = endOfStatement(bytes, at, delimiter, lexing());
    if (typeof end !== "number") throw cutOff(end.from, end.what);
    if (end - at > maxStatementBytes) {
      throw refused(
        { file, line: lineAt(at) },
        "a statement has more than 256 MiB",
        "Dump with --net-buffer-length=1M.",
      );
    }
    yield { sql: bytes.toString("latin1", at, end), line: lineAt(at) };
    at = end + delimiter.length;
  }
}

/** @returns where its delimiter begins, or what does not end */
function endOfStatement(
  bytes: Buffer,
  start: number,
  delimiter: Buffer,
  lexing: Lexing,
): number | { readonly from: number; readonly what: string } {
  const first = delimiter[0] ?? semicolon;
  const isPair = pairFinder(lexing.charset);
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === first && bytes.subarray(at, at + delimiter.length).equals(delimiter)) return at;
    if (quotes.includes(byte)) {
      const end = endOfQuote(bytes, at, lexing);
      if (end === -1) return { from: start, what: "a statement" };
      at = end;
    } else if (commentStarts.includes(byte)) {
      const end = endOfComment(bytes, at);
      if (end === -1) return { from: at, what: "a comment" };
      at = Math.max(end, at + 1);
    } else at += isPair?.(bytes, at) === true ? 2 : 1;
  }
  return { from: start, what: "a statement" };
}
