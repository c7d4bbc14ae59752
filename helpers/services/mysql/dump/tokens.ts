import { endOfComment, endOfQuote, isConditional, type Lexing } from "./lexing.ts";

export interface Token {
  /** `mark`: begin or end of a comment whose content is code. */
  readonly kind: "word" | "name" | "string" | "symbol" | "mark";
  /** As written; of a `word` in capitals, of a `name` without its quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const wordLetter = /[\w$\x80-\xff]/;
const conditionalStart = /\/\*M?!\d*/y;

/** Of a statement's bytes as Latin 1; at most `limit`, since a row of data may be large. */
export function tokensOf(sql: string, lexing: Lexing, limit = Infinity): readonly Token[] {
  const bytes = Buffer.from(limit === Infinity ? sql : sql.slice(0, 4_096), "latin1");
  const tokens: Token[] = [];
  const push = (kind: Token["kind"], start: number, end: number, text = sql.slice(start, end)): number => {
    tokens.push({ kind, text, start, end });
    return end;
  };
  for (let at = 0; at < bytes.length && tokens.length < limit;) {
    const letter = sql[at] ?? "";
    if (letter <= " ") at++;
    else if (letter === "/" && sql[at + 1] === "*" && isConditional(bytes, at)) {
      conditionalStart.lastIndex = at;
      conditionalStart.test(sql);
      at = push("mark", at, conditionalStart.lastIndex);
    } else if (letter === "*" && sql[at + 1] === "/") at = push("mark", at, at + 2);
    else if (`'"\``.includes(letter)) {
      const end = endOfQuote(bytes, at, lexing);
      if (end === -1) break; // behind the limit
      const isName = letter === "`" || (letter === '"' && lexing.ansiQuotes);
      const inner = sql.slice(at + 1, end - 1);
      at = isName ? push("name", at, end, inner.replaceAll(letter + letter, letter)) : push("string", at, end, inner);
    } else if (wordLetter.test(letter)) {
      let end = at;
      while (end < bytes.length && wordLetter.test(sql[end] ?? "")) end++;
      at = push("word", at, end, sql.slice(at, end).toUpperCase());
    } else {
      const end = endOfComment(bytes, at);
      if (end === -1) break;
      at = end > at ? end : push("symbol", at, at + 1);
    }
  }
  return tokens;
}

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** `edits` in any order, none within another. */
export function edited(sql: string, edits: readonly Edit[]): string {
  let [done, at] = ["", 0];
  for (const { start, end, text } of edits.toSorted((one, other) => one.start - other.start)) {
    done += sql.slice(at, start) + text;
    at = end;
  }
  return done + sql.slice(at);
}
