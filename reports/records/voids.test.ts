import { expect, test } from "vitest";
import { syntheticRecord } from "../testing/synthetic.ts";
import { blockVoids, cellVoids } from "./voids.ts";

const record = syntheticRecord({ blocks: 2, rounds: 3 });

test("a record without voids has none", () => {
  expect(cellVoids(record, "gvisor")).toEqual([]);
  expect(blockVoids(record, "gvisor", 0)).toEqual([]);
});

test("a void of one block leaves the cell with the other", () => {
  const cut = { ...record, voids: [{ block: 1, reason: "interrupted" }] };
  expect(blockVoids(cut, "native", 1)).toEqual(["interrupted"]);
  expect(blockVoids(cut, "native", 0)).toEqual([]);
  expect(cellVoids(cut, "native")).toEqual([]);
});

test("a cell is void when all its blocks are, each for its own reason", () => {
  const voids = [
    { block: 0, reason: "clock step" },
    { block: 1, system: "native", reason: "interrupted" },
  ];
  expect(cellVoids({ ...record, voids }, "native")).toEqual(["block 0: clock step", "block 1: interrupted"]);
  expect(cellVoids({ ...record, voids }, "gvisor")).toEqual([]);
});

test("a void without block takes the whole cell, and without system every cell", () => {
  const voids = [{ system: "native", reason: "2 of 6 calls failed" }];
  expect(cellVoids({ ...record, voids }, "native")).toEqual(["2 of 6 calls failed"]);
  expect(cellVoids({ ...record, voids }, "gvisor")).toEqual([]);
  expect(cellVoids({ ...record, voids: [{ reason: "pictures" }] }, "gvisor")).toEqual(["pictures"]);
});
