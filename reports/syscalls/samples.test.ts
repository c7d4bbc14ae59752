import { expect, test } from "vitest";
import { seededRandom } from "../stats/random.ts";
import { createNsColumn, range, sortedBy } from "./samples.ts";

test("gives back every sample in order, over many chunks, short and long", () => {
  const random = seededRandom(3);
  const values = Array.from({ length: 50_000 }, () => Math.floor(2 ** (random() * 53)));
  values.push(0, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1);
  const column = createNsColumn();
  for (const value of values) column.push(value);
  expect(column.length).toBe(values.length);
  expect(values.map((_, index) => column.at(index))).toEqual(values);
  expect(column.at(values.length)).toBeUndefined();
});

test("a range is a window on the samples", () => {
  const window = range([10, 20, 30, 40], 1, 3);
  expect([0, 1, 2].map(window.at)).toEqual([20, 30, undefined]);
  expect(window).toHaveLength(2);
});

test.each([
  ["small", [5, 3, 2 ** 32 - 1, 0]],
  ["above 32 bits", [5, 2 ** 40, 3]],
  ["negative", [5, -2, 3]],
  ["not whole", [5, 2.5, 3]],
])("sorts %s numbers by value", (_, values) => {
  expect([...sortedBy(values.length, (index) => values[index] ?? NaN)]).toEqual([...values].sort((a, b) => a - b));
});
