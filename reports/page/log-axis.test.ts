import { expect, test } from "vitest";
import { fewTicks } from "./log-axis.ts";

test.for<[readonly [number, number], readonly number[]]>([
  [
    [0.4, 3.2],
    [0.5, 0.7, 1, 2, 3],
  ],
  [
    [2, 600],
    [3, 10, 30, 100, 300],
  ],
  [
    [0.89, 1.45],
    [0.9, 1, 1.1, 1.2, 1.3, 1.4],
  ],
  [
    [205, 224],
    [205, 210, 215, 220],
  ],
])("ticks from %j to the end are few and round", ([domain, ticks]) => {
  expect(fewTicks(domain)).toEqual(ticks);
});

test("a range of many powers of ten has no more ticks than asked for", () => {
  expect(fewTicks([1e-3, 1e9], 6)).toEqual([1e-3, 1, 1e3, 1e6, 1e9]);
});
