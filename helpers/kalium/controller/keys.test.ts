import { expect, test } from "vitest";
import { fromZ85, makeRunKeys } from "./keys.ts";

test("reads Z85 as in the example of its specification", () => {
  expect(fromZ85("HelloWorld")).toEqual(Buffer.from("864fd26fb559f75b", "hex"));
});

test("makes other keys for every run", () => {
  const [one, other] = [makeRunKeys(), makeRunKeys()];
  const secrets = [one.controller, one.guard, other.controller, other.guard].map(({ secretKey }) => secretKey);
  expect(new Set(secrets).size).toBe(4);
  for (const secret of secrets) expect(fromZ85(secret)).toHaveLength(32);
});
