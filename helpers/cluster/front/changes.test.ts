import { expect, test } from "vitest";
import { changesOf } from "./changes.ts";

const before = { gateway: ["gateway-1/0"], controller: [], readyNodes: ["a", "b"] };

test("what stays as it was voids nothing, and a new node neither", () => {
  expect(changesOf(before, before)).toEqual([]);
  expect(changesOf(before, { ...before, controller: [], readyNodes: ["a", "b", "c"] })).toEqual([]);
});

test("a restarted container of the gateway, another pod of it, and a lost node are told", () => {
  expect(changesOf(before, { ...before, gateway: ["gateway-1/1"] })).toEqual(["the gateway was restarted"]);
  expect(changesOf(before, { ...before, gateway: ["gateway-2/0"] })).toEqual(["the gateway was restarted"]);
  expect(changesOf(before, { ...before, controller: [], readyNodes: ["a"] })).toEqual(["node b was lost"]);
});
