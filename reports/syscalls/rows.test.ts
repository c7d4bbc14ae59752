import { expect, test } from "vitest";
import { seededRandom } from "../stats/random.ts";
import { type Rows, concatenated, createRowTable, rowsOf, sortedBy } from "./rows.ts";

const read = (rows: Rows): number[][] => {
  const all: number[][] = [];
  rows.forEach((row) => all.push([...row]));
  return all;
};
const tableOf = (rows: readonly (readonly number[])[]): Rows => {
  const table = createRowTable(rows[0]?.length ?? 1);
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
});

test.each([
  ["small", [5, 3, 2 ** 32 - 1, 0, 10]],
  ["above 32 bits", [5, 2 ** 40, 3]],
  ["negative", [5, -2, 3]],
  ["not whole", [5, 2.5, 3]],
])("sorts %s numbers by value", (_, values) => {
  expect([...sortedBy(rowsOf([values]), ([value = NaN]) => value)]).toEqual([...values].sort((a, b) => a - b));
});
