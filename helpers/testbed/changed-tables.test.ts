import { expect, test } from "vitest";
import { changedTables } from "./changed-tables.ts";

const snapshot = (tables: Readonly<Record<string, readonly string[]>>): string =>
  [
    "START TRANSACTION",
    ...Object.entries(tables).flatMap(([table, rows]) => [
      `DELETE FROM \`${table}\``,
      ...rows.map((row) => `INSERT INTO \`${table}\` (\`rowkey\`) VALUES ('${row}')`),
    ]),
    "COMMIT",
  ].join(";\n");

test("the same rows are the same, whatever their order", () => {
  expect(changedTables(snapshot({ a: ["1", "2"], b: [] }), snapshot({ b: [], a: ["2", "1"] }))).toEqual([]);
});

test("another value, a row more and a row less are changes of that table", () => {
  const seed = snapshot({ a: ["1"], b: ["1"], c: ["1"], d: ["1"] });
  expect(changedTables(seed, snapshot({ a: ["2"], b: ["1", "2"], c: [], d: ["1"] }))).toEqual(["a", "b", "c"]);
});

test("a table that appears or is gone has changed", () => {
  expect(changedTables(snapshot({ a: [] }), snapshot({ b: [] }))).toEqual(["a", "b"]);
});

test("a value that looks like a statement belongs to its row", () => {
  const tricky = "INSERT INTO `b` (`rowkey`) VALUES (1)";
  expect(changedTables(snapshot({ a: [tricky] }), snapshot({ a: [tricky] }))).toEqual([]);
});
