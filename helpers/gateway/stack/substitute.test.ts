import { describe, expect, test } from "vitest";
import { substitute } from "./substitute.ts";

const env = {
  ...{ X: "hello", L: "HELLO", Y: "a.b.c/d.b", EMPTY: "", E: "ünÏ€", N: "3", P: "b*c?[d]", REF: "${X}", _U1: "u" },
};
const textOf = (form: string): string => substitute(form, env).text;

// The values are those of faas-cli 0.18.12; faas-cli-stacks.peers.test.ts asks it again.
describe("replaces as faas-cli does", () => {
  test.each([
    ["a value", "${X}-${_U1}", "hello-u"],
    ["an unset variable by nothing", "[${NOPE}]", "[]"],
    ["no name of an object's own", "[${constructor}${__proto__}]", "[]"],
    ["nothing without braces", "$X a$ $ {X}", "$X a$ $ {X}"],
    ["$$ by $, wherever it stands", "$$ $$X $${X} $$${X} a$$b", "$ $X ${X} $hello a$b"],
    ["\\\\ by \\ and \\/ by /", "a\\\\b \\/ \\n \\${X}", "a\\b / \\n \\hello"],
    ["no value again", "${REF} ${NOPE:-${REF}}", "${X} ${X}"],
    ["a default for what is empty", "${EMPTY:-d} ${NOPE:-d} ${X:-d} ${NOPE:-}", "d d hello "],
    ["a default with =", "${EMPTY=d} ${NOPE:=d} ${X=d} ${NOPE=a=b}", "d d hello a=b"],
    ["a default with any characters", "${NOPE:- http://x:80/{a#b $ $$ \\\\:=}", " http://x:80/{a#b $ $$ \\\\:="],
    ["defaults in defaults", "${NOPE:-a${N2:-b${X}${N3:-c}}d}", "abhellocd"],
    ["$ before ${ in a default", "${NOPE:-$${X}}", "$hello"],
    ["upper and lower case", "${X^} ${X^^} ${L,} ${L,,} ${E^^}", "Hello HELLO hELLO hello ÜNÏ€"],
    ["a length in bytes", "${#X} ${#E} ${#NOPE}", "5 8 0"],
    ["a part", "${X:1} ${X:0:2} ${X:1:99} ${X:9:2} ${X:${N}} ${E:0:2}", "ello he ello  lo ü"],
    ["a prefix", "${Y#*.} ${Y##*.} ${X#h?l} ${X#[^a]} ${X#*} ${P#b\\*}", "b.c/d.b b lo ello ello c?[d]"],
    ["a suffix", "${Y%.*} ${Y%%.*} ${X%l?} ${X%b}", "a.b.c/d a hel hello"],
    ["no suffix by a set", "${X%[l-o]}", "hello"],
    ["nothing by a bad pattern", "${X#[h} ${X#[]h]} ${X#[h-]} ${X#h\\}", "hello hello hello hello"],
    ["one occurrence, or all", "${Y/b/Z} ${Y//b/Z} ${Y//./} ${Y/b/${X}}", "a.Z.c/d.b a.Z.c/d.Z abc/db a.hello.c/d.b"],
    ["an occurrence with escapes", "${Y//\\//-} ${X/l/\\\\} ${X/l/$$} ${X/l/$&}", "a.b.c-d.b he\\lo he$lo he$&lo"],
    ["the start, or the end", "${Y/#a/Z} ${Y/%b/Z} ${Y/#b/Z} ${X/#h/}", "Z.b.c/d.b a.b.c/d.Z a.b.c/d.b hello"],
  ])("%s", (_, form, expected) => expect(textOf(form)).toBe(expected));
});

test.each([
  ["${NOPE", /line 1: cannot replace "\$\{NOPE": expected \} or an operator after NOPE/],
  ["a\n\n${NOPE-d}", /line 3: .*expected \} or an operator after NOPE.*\$\{NAME:-value\}/s],
  ["${NOPE:-x", /expected \} after its default/],
  ["${}", /expected the name of a variable/],
  ["${A-B}", /expected \} or an operator after A/],
  ["${ X }", /expected the name/],
  ["${X,,a}", /expected \} after it/],
  ["${#X:0:1}", /expected \} after it/],
  ["${X#}", /an argument is empty/],
  ["${X:0:}", /an argument is empty/],
  ["${X#he${N}}", /either one \$\{\.\.\.\} or text without any/],
  ["${Y/b}", /expected \/ after it/],
  ["${X:0:${NOPE:--1}}", /negative/],
  ["${E:0:1}", /cuts a character into pieces/],
])("refuses %j", (form, message) => expect(() => substitute(form, env)).toThrow(message));

test("reports what may be a mistake, and its line; an unused default causes no warning", () => {
  const { text, surprises } = substitute("a ${NOPE} ${X:-${N2}} ${X:+y} ${X:a} \\\\", env);
  expect(text).toBe("a  hello hello hello \\");
  expect(surprises).toEqual([
    { what: "the variable NOPE is not set, so it is empty", offset: 2 },
    { what: "${X:+...} is what ${X:-...} is", offset: 9 },
    { what: "${X:a} is the whole value", offset: 15 },
    { what: "\\\\ is \\ already before the YAML is read", offset: 21 },
  ]);
});

// Ways that go back would not end within the life of the machine; there is no limit on the time to meet.
test.each([
  ["stars that never match", { V: "a".repeat(50_000) }, "${V##*a*a*a*a*a*a*a*a*b}", "a".repeat(50_000)],
  ["opened and never closed", {}, `\${X:-${"${Y:-a".repeat(150)}${"}".repeat(151)}`, "a".repeat(150)],
  ["a long text of dollars", {}, "$".repeat(1_000_000), "$".repeat(500_000)],
  ["many defaults", {}, "${X:-{a}".repeat(100_000), "{a".repeat(100_000)],
])("goes over the text once: %s", (_, variables, form, expected) => {
  expect(substitute(form, variables).text === expected).toBe(true);
});

test("refuses defaults in more than 200 defaults", () => {
  const form = "${NOPE:-".repeat(201) + "}".repeat(201);
  expect(() => substitute(form, env)).toThrow(/nested more than 200 deep/);
});

test("refuses values that multiply, and patterns too long for their value", () => {
  const X = "a".repeat(100_000);
  expect(() => substitute("${X//a/${X}}", { X })).toThrow(/longer than 1048576 characters/);
  expect(() => substitute("${X##${P}}", { X, P: "*a".repeat(50_000) })).toThrow(/too long/);
});
