import { expect, test } from "vitest";
import { parseFacts } from "./facts.ts";
import { someFacts } from "./testing/some-facts.ts";

test("facts come back as they were written", () => {
  expect(parseFacts(JSON.stringify(someFacts))).toEqual(someFacts);
});

test.for<[string, string]>([
  ["no JSON", "{"],
  ["another format", JSON.stringify({ ...someFacts, format: 2 })],
  ["no node", JSON.stringify({ ...someFacts, nodes: [] })],
])("%s is refused, with the cure", ([, text]) => {
  expect(() => parseFacts(text)).toThrow(/npm run cluster -- up/);
});
