import { expect, test } from "vitest";
import { columns, withDetail } from "../tables/document.ts";
import { toPlainTable } from "./plain.ts";

const table = {
  columns: withDetail(columns("Function", "System", ">n", ">Ratio"), "n"),
  rows: [
    ["photos", "gVisor", "120", "1"],
    ["", "native", "120", "0.63"],
    ["purchase", "gVisor", "40", "1"],
  ],
};

const full = `\
Function  System    n  Ratio
--------  ------  ---  -----
photos    gVisor  120      1
          native  120   0.63
purchase  gVisor   40      1`;

test("columns are as wide as their longest text, numbers stand right", () => {
  expect(toPlainTable(table)).toBe(full);
  expect(toPlainTable(table, 28)).toBe(full);
});

test("a narrower terminal has groups above their rows, and the narrowest no detail, and says so", () => {
  expect(toPlainTable(table, 27)).toBe(`\
  System    n  Ratio
  ------  ---  -----
photos
  gVisor  120      1
  native  120   0.63
purchase
  gVisor   40      1`);
  expect(toPlainTable(table, 19)).toBe(`\
  System  Ratio
  ------  -----
photos
  gVisor      1
  native   0.63
purchase
  gVisor      1
(more columns are in the report)`);
});

test("a row of which only detail has a text goes with the detail", () => {
  const detailed = {
    columns: withDetail(columns("Function", "Series", ">Hook ms"), "Series"),
    rows: [
      ["report", "invocation", "1.23"],
      ["report", "a write, which takes the row beyond the terminal's width", ""],
      ["publish", "invocation", "0.14"],
    ],
  };
  expect(toPlainTable(detailed, 30).split("\n")).toEqual([
    "Function  Hook ms",
    "--------  -------",
    "report       1.23",
    "publish      0.14",
    "(more columns are in the report)",
  ]);
});

test("a table with a name in every row stays in its columns", () => {
  const rows = table.rows.map(([, ...rest], index) => [`f${index}`, ...rest]);
  expect(toPlainTable({ ...table, rows }, 10)).toMatch(/^Function {2}System {2}Ratio\n/);
});

test("where its columns are too wide even so, each name stands above its row", () => {
  const rows = [
    ["product-photos-report", "Kalium (embedded guard, native)", "3", "0.63"],
    ["product-photos-record", "Kalium (embedded guard, native)", "3", "0.65"],
  ];
  expect(toPlainTable({ ...table, rows }, 60)).toBe(`\
  System                           Ratio
  -------------------------------  -----
product-photos-report
  Kalium (embedded guard, native)   0.63
product-photos-record
  Kalium (embedded guard, native)   0.65
(more columns are in the report)`);
});

test("where that is still too wide, the last column's sentences go on below", () => {
  const rows = [["f", "the client was starved in 29 of 40 rounds"]];
  expect(toPlainTable({ columns: columns("Function", "Why"), rows }, 30)).toBe(`\
Function  Why
--------  --------------------
f         the client was
          starved in 29 of 40
          rounds`);
});

test("a number stays with its sign, and a command can be copied from one line", () => {
  const rows = [["f", "settled to ± 9 % or so: `npm run resume -- X` measures more"]];
  expect(toPlainTable({ columns: columns("Function", "Why"), rows }, 30)).toBe(`\
Function  Why
--------  --------------------
f         settled to ± 9 % or
          so:
          \`npm run resume -- X\`
          measures more`);
});
