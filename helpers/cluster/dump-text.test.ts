import { expect, test } from "vitest";
import { differenceOf, stableText, withoutState } from "./dump-text.ts";

test("what the API server and controllers write by themselves is left out, and the order of keys does not matter", () => {
  const object = (version: string, replicas: number) => ({
    kind: "Deployment",
    apiVersion: "apps/v1",
    status: { replicas },
    metadata: {
      name: "gateway",
      resourceVersion: version,
      uid: version,
      managedFields: [],
      annotations: { "deployment.kubernetes.io/revision": version, mine: "1" },
    },
  });
  const text = stableText(withoutState(object("1", 1)));
  expect(stableText(withoutState(object("2", 3)))).toBe(text);
  expect(text).toBe(
    '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{"mine":"1"},"name":"gateway"}}',
  );
});

test("a Secret shows its keys and not what they hold", () => {
  expect(stableText({ kind: "Secret", data: { password: "c2VzYW1l" } })).toBe('{"data":["password"],"kind":"Secret"}');
});

test("two dumps differ by lines", () => {
  expect(differenceOf("a\nb", "b\nc")).toEqual(["- a", "+ c"]);
  expect(differenceOf("a\nb", "b\na")).toEqual([]);
});
