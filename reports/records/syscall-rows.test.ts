import { expect, test } from "vitest";
import { seededRandom } from "../stats/random.ts";
import { type Rows, concatenated, createRowTable, rowsOf } from "./syscall-rows.ts";

const read = (rows: Rows): number[][] => {
  const all: number[][] = [];
  rows.forEach((row) => all.push([...row]));
  return all;
};
const readColumn = (rows: Rows, column: number): number[] => {
  const values: number[] = [];
  rows.forEachOf(column, (ns) => values.push(ns));
  return values;
};
const tableOf = (rows: readonly (readonly number[])[], width = rows[0]?.length ?? 1): Rows => {
  const table = createRowTable(width);
  const row = new Float64Array(7);
  for (const values of rows) {
    row.set(values);
    table.push(row);
  }
  return table;
};

test("a table gives back every value in order, over many chunks and at every magnitude", () => {
  const random = seededRandom(3);
  const values = Array.from({ length: 60_000 }, () => Math.floor(2 ** (random() * 53)));
  values.push(0, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1);
  const rows = values.map((value) => [value, 1, 2 ** 53 - 1 - value]);
  const table = tableOf(rows);
  expect(table).toHaveLength(rows.length);
  expect(read(table)).toEqual(rows);
  expect(readColumn(table, 0)).toEqual(values);
  expect(readColumn(table, 2)).toEqual(rows.map(([, , value]) => value));
});

test.each([0, 1, 63, 64, 65, 192, 193])("a table of %d rows, around the ends of its chunks", (count) => {
  const rows = Array.from({ length: count }, (_, index) => [index, 1_000_000 - index]);
  expect(read(tableOf(rows, 2))).toEqual(rows);
  expect(readColumn(tableOf(rows, 2), 1)).toEqual(rows.map(([, value]) => value));
});

test("arrays and parts are read as rows", () => {
  const columns = rowsOf([
    [1, 2],
    [30, 40],
  ]);
  expect(read(columns)).toEqual([
    [1, 30],
    [2, 40],
  ]);
  const all = concatenated([columns, tableOf([[5, 60]]), rowsOf([])]);
  expect(all).toHaveLength(3);
  expect(read(all).at(-1)).toEqual([5, 60]);
  expect(readColumn(all, 1)).toEqual([30, 40, 60]);
});
