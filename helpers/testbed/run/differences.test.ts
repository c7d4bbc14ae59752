import { expect, test } from "vitest";
import { differences } from "./differences.ts";

test("equal values have none, whatever the order of their keys", () => {
  expect(differences({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toEqual([]);
});

test("each difference is reported with its path, what it was and what it is", () => {
  expect(differences({ cpu: { model: "a", cores: 2 } }, { cpu: { model: "b", cores: 2 } })).toEqual([
    'cpu.model was "a" and is "b"',
  ]);
  expect(differences({ list: [1, 2] }, { list: [1], more: true })).toEqual([
    "list.1 was 2 and is absent",
    "more was absent and is true",
  ]);
});

test("undefined is absent, as in JSON", () => {
  expect(differences({ a: undefined }, {})).toEqual([]);
});
