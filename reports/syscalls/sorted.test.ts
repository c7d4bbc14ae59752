import { expect, test } from "vitest";
import { seededRandom } from "../stats/random.ts";
import { createSorter } from "./sorted.ts";

const sorter = createSorter(20_000);
const sort = (values: readonly number[]) => sorter(values.length, (visit) => values.forEach((value) => visit(value)));
const byNumber = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

test.each([
  ["none", []],
  ["small", [5, 3, 2 ** 32 - 1, 0, 10]],
  ["above 32 bits", [5, 2 ** 40, 3]],
  ["negative", [5, -2, 3]],
  ["not whole", [5, 2.5, 3]],
])("sorts by value: %s", (_, values) => {
  expect([...sort(values)]).toEqual(byNumber(values));
});

test("sorts many as few, whatever their size and however often they repeat", () => {
  const random = seededRandom(5);
  for (const bits of [1, 11, 12, 22, 32, 40]) {
    const values = Array.from({ length: 20_000 }, () => Math.floor(random() * 2 ** bits));
    expect([...sort(values)]).toEqual(byNumber(values));
  }
});
