/** How a session reads SQL: where a quote ends depends on it. */
export interface Lexing {
  /** A backslash escapes (no NO_BACKSLASH_ESCAPES). */
  readonly backslashEscapes: boolean;
  /** Double quotes are for names (ANSI_QUOTES). */
  readonly ansiQuotes: boolean;
  /** `character_set_client`: in some, the second byte of a letter may look like a quote or a backslash. */
  readonly charset: string;
}

export const plainLexing: Lexing = { backslashEscapes: true, ansiQuotes: false, charset: "utf8mb4" };

type Range = readonly [number, number];
interface TwoBytes {
  readonly lead: readonly Range[];
  readonly trail: readonly Range[];
}

/** The character sets of MySQL whose second bytes reach into ASCII. */
const twoBytes: Readonly<Record<string, TwoBytes>> = {
  sjis: { lead: [[0x81, 0x9f], [0xe0, 0xfc]], trail: [[0x40, 0x7e], [0x80, 0xfc]] }, // prettier-ignore
  cp932: { lead: [[0x81, 0x9f], [0xe0, 0xfc]], trail: [[0x40, 0x7e], [0x80, 0xfc]] }, // prettier-ignore
  big5: { lead: [[0xa1, 0xf9]], trail: [[0x40, 0x7e], [0xa1, 0xfe]] }, // prettier-ignore
  gbk: { lead: [[0x81, 0xfe]], trail: [[0x40, 0x7e], [0x80, 0xfe]] }, // prettier-ignore
  gb18030: { lead: [[0x81, 0xfe]], trail: [[0x40, 0x7e], [0x80, 0xfe]] }, // prettier-ignore
};

const within = (ranges: readonly Range[], byte: number): boolean =>
  ranges.some(([from, to]) => byte >= from && byte <= to);

/** @returns whether the bytes at `at` are one letter of two bytes; `undefined` where no such letter exists */
export function pairFinder(charset: string): ((bytes: Buffer, at: number) => boolean) | undefined {
  const set = twoBytes[charset];
  if (set === undefined) return undefined;
  return (bytes, at) => within(set.lead, bytes[at] ?? 0) && within(set.trail, bytes[at + 1] ?? 0);
}

const code = (letter: string): number => letter.charCodeAt(0);
const backslash = code("\\");

/**
 * @param at of the opening quote
 * @returns the place behind the closing one; -1: there is none
 */
export function endOfQuote(bytes: Buffer, at: number, { backslashEscapes, ansiQuotes, charset }: Lexing): number {
  const quote = bytes[at] ?? 0;
  const escapes = backslashEscapes && (quote === code("'") || (quote === code('"') && !ansiQuotes));
  const isPair = pairFinder(charset);
  for (let place = at + 1; place < bytes.length; place++) {
    const byte = bytes[place];
    if (byte === quote) {
      if (bytes[place + 1] !== quote) return place + 1;
      place++;
    } else if ((escapes && byte === backslash) || isPair?.(bytes, place) === true) place++;
  }
  return -1;
}

/**
 * @param at of a byte that may begin a comment
 * @returns the place behind the comment, `at` where none begins, -1 where it does not end. What a server of some
 * version runs, in a comment of the kind with an exclamation mark, is code.
 */
export function endOfComment(bytes: Buffer, at: number): number {
  const [first, second, third] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  if (first === code("#")) return endOfLine(bytes, at);
  if (first === code("-") && second === code("-") && (third === undefined || third <= 0x20))
    return endOfLine(bytes, at);
  if (first !== code("/") || second !== code("*") || isConditional(bytes, at)) return at;
  const end = bytes.indexOf("*/", at + 2);
  return end === -1 ? -1 : end + 2;
}

/** mariadb-dump's first line is a command to the client, in a comment for a version that no server has. */
const sandboxMode = "/*M!999999\\-";

/** The start of a comment whose content is code, as in `/*!40101 SET ... *\/`. */
export const isConditional = (bytes: Buffer, at: number): boolean =>
  bytes[at + 2] === code("!") ||
  (bytes[at + 2] === code("M") &&
    bytes[at + 3] === code("!") &&
    bytes.toString("latin1", at, at + sandboxMode.length) !== sandboxMode);

export function endOfLine(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(10, at);
  return end === -1 ? bytes.length : end;
}
