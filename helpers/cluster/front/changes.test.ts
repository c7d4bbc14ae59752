import { expect, test } from "vitest";
import { changesOf, type ClusterSurroundings } from "./changes.ts";

type Node = ClusterSurroundings["readyNodes"][number];

const [a, b, c] = ["a", "b", "c"].map((name) => ({ name, since: "2026-01-02T03:04:05.000Z" })) as [Node, Node, Node];
const before = { gateway: ["gateway-1/0"], controller: [], readyNodes: [a, b] };

test("what stays as it was voids nothing, and a new node neither", () => {
  expect(changesOf(before, before)).toEqual([]);
  expect(changesOf(before, { ...before, readyNodes: [a, b, c] })).toEqual([]);
});

test("a restarted container of the gateway, another pod of it, and a lost node are reported", () => {
  expect(changesOf(before, { ...before, gateway: ["gateway-1/1"] })).toEqual(["the gateway was restarted"]);
  expect(changesOf(before, { ...before, gateway: ["gateway-2/0"] })).toEqual(["the gateway was restarted"]);
  expect(changesOf(before, { ...before, controller: [], readyNodes: [a] })).toEqual(["node b was lost"]);
});

test("a node that was lost and came back is reported", () => {
  const again = { ...b, since: "2026-01-02T03:05:00.000Z" };
  expect(changesOf(before, { ...before, readyNodes: [a, again] })).toEqual(["node b was lost"]);
});
