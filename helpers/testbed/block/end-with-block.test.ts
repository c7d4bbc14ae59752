import { expect, test } from "vitest";
import { endWithBlock } from "./end-with-block.ts";

const [gvisor, runc] = ["gvisor", "runc"].map((system) => ({ system, reason: "its guard saw too little" }));
const mails = { reason: "the mail sink received 3 instead of 4 for 4 calls" };
const others = [gvisor, runc, mails].filter((entry) => entry !== undefined);

test("where one system has lost the block, only its other troubles end with it", () => {
  const lost = [{ system: "gvisor", block: 2, reason: "its pod was evicted" }];
  expect(endWithBlock(others, lost, 2)).toEqual([{ ...gvisor, block: 2 }, runc, mails]);
});

test("where all have lost it, every trouble ends with it", () => {
  const lost = [{ block: 2, reason: "node n was lost" }];
  expect(endWithBlock(others, lost, 2)).toEqual(others.map((entry) => ({ ...entry, block: 2 })));
});

test("where none has, they void the cell", () => {
  expect(endWithBlock(others, [], 2)).toEqual(others);
});
