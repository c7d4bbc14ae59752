import { expect, test } from "vitest";
import { type Lexing, plainLexing } from "./lexing.ts";
import { statementsOf } from "./statements.ts";

const split = (
  sql: string | Buffer,
  lexing: Partial<Lexing> = {},
  delimiter = ";",
): readonly (readonly unknown[])[] => {
  const file = { path: "d.sql", sql: Buffer.from(sql), delimiter };
  return [...statementsOf(file, () => ({ ...plainLexing, ...lexing }))].map(({ sql: text, line }) => [line, text]);
};

test.for<readonly [string, string, readonly (readonly [number, string])[]]>([
  ["plain statements with their lines", "SELECT 1;\n\nSELECT 2;\n", [[1, "SELECT 1"], [3, "SELECT 2"]]],
  ["semicolons in quotes and names", `a 'x;''y\\';' "z;""" \`n;\`\`\`; b;`, [[1, `a 'x;''y\\';' "z;""" \`n;\`\`\``], [1, "b"]]],
  ["comments before and within", "-- a;\n# b;\n/* c; */ x /* d; */ y -- e;\n;", [[3, "x /* d; */ y -- e;\n"]]],
  ["two minus signs that are not a comment", "SELECT 5--1;b;", [[1, "SELECT 5--1"], [1, "b"]]],
  ["comments whose content is code", "/*!40101 SET a=';' */;\n/*M!100100 SET b */;", [[1, "/*!40101 SET a=';' */"], [2, "/*M!100100 SET b */"]]],
  ["mariadb-dump's first line", "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump\nSET a;", [[3, "SET a"]]],
  ["DELIMITER, with CR LF, too", "DELIMITER ;;\r\nBEGIN x; END ;;\r\ndelimiter ;\r\ny;", [[2, "BEGIN x; END "], [4, "y"]]],
  ["a column of that name", "SELECT\ndelimiter FROM x;", [[1, "SELECT\ndelimiter FROM x"]]],
  ["warnings of the dump program", "mysqldump: [Warning] Using a password can be insecure.\nWarning: A partial dump;\nEnter password: SET a;", [[3, "SET a"]]],
  ["no privilege for tablespaces", "mysqldump: Error: 'Access denied' when trying to dump tablespaces\nSET a;", [[2, "SET a"]]],
  ["nothing", " \n-- x\n", []],
])("statements are split: %s", ([, sql, expected]) => {
  expect(split(sql)).toEqual(expected);
}); // prettier-ignore

test("a backslash is a letter where the SQL mode says so", () => {
  expect(split(String.raw`a '\'; b;`, { backslashEscapes: false })).toHaveLength(2);
  expect(split(String.raw`a "\"; b;`, { ansiQuotes: true })).toHaveLength(2);
});

test("the second byte of a letter is neither quote nor backslash", () => {
  const sql = Buffer.from([...Buffer.from("a '"), 0x95, 0x5c, ...Buffer.from("'; b;")]);
  expect(split(sql, { charset: "sjis" })).toHaveLength(2);
  expect(split(sql, { charset: "cp932" })).toHaveLength(2);
  expect(() => split(sql, { charset: "latin1" })).toThrow(/ends within a statement/);
});

test("bytes come out as they went in", () => {
  const bytes = Buffer.from(
    Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 39 && byte !== 92),
  );
  const [[, text]] = split(Buffer.concat([Buffer.from("a '"), bytes, Buffer.from("';")])) as [[number, string]];
  expect(Buffer.from(text, "latin1").subarray(3, -1)).toEqual(bytes);
});

test("in mydumper's files of triggers, a semicolon counts at the end of a line", () => {
  expect(split("begin x; y; end;\nSET a;\n", {}, ";\n")).toEqual([
    [1, "begin x; y; end"],
    [2, "SET a"],
  ]);
});

test.for([
  ["SELECT 1;\nINSERT INTO t VALUES (1", /line 2: it ends within a statement/],
  ["SELECT 'x;\n", /line 1: it ends within a statement/],
  ["x;\n/* no end", /line 2: it ends within a comment/],
  ["SET a;\nmysqldump: Got error: 2013: Lost connection", /line 2: the dump program failed: mysqldump: Got error/],
  ["mariadb-dump: Couldn't execute 'SHOW x': denied (1142)\n", /line 1: the dump program failed/],
] as const)("a file that is not whole is refused: %j", ([sql, message]) => {
  expect(() => split(sql)).toThrow(message);
});
