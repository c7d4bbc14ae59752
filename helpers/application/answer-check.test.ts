import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { answerProblem, type Expectations } from "./answer-check.ts";

const answer = (body: string, status = 200) => ({ status, contentType: undefined, body });
const json = { items: [{ id: 1 }], ok: true };

test.for<[string, Partial<Expectations>, string, RegExp | undefined]>([
  ["a subset", { json }, '{"ok":true,"items":[{"id":1,"more":2}],"time":3}', undefined],
  [
    "another value",
    { json },
    '{"ok":true,"items":[{"id":2}]}',
    /^other JSON at \$\.items\[0\]\.id\n  expected: {.*\n  seen:     {"ok"/,
  ],
  ["a missing key", { json }, '{"ok":true}', /at \$\.items/],
  ["a longer list", { json }, '{"ok":true,"items":[{"id":1},{}]}', /at \$\.items\n/],
  ["an inherited key", { json: { toString: 1 } }, "{}", /at \$\.toString/],
  ["null", { json: { a: null } }, '{"a":0}', /at \$\.a/],
  ["not JSON", { json }, "<html>", /^the body is not JSON\n.*\n  seen:     <html>/],
  ["the whole body", { body: "hi\n" }, "hi\n", undefined],
  ["another body", { body: "hi" }, "", /^another body\n  expected: hi\n  seen:     \(empty\)/],
  ["a pattern", { matches: "^a.*z$" }, "a\nz", undefined],
  ["no match", { matches: "^b" }, "ab", /does not match\n  expected: \/\^b\/\n  seen:     ab/],
  ["another digest", { sha256: "0".repeat(64) }, "x", /^another digest\n.*\n.*of 1 bytes/],
])("%s", ([, expected, body, problem]) => {
  const found = answerProblem({ status: 200, ...expected }, answer(body));
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(problem);
});

test("the status comes first, and the digest is of the bytes", () => {
  expect(answerProblem({ status: 200, json }, answer("no", 500))).toMatch(
    /^status 500 instead of 200\n  expected: status 200\n  seen:     status 500: no$/,
  );
  const bytes = Buffer.from([0xff, 0xd8]);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  expect(answerProblem({ status: 200, sha256 }, { ...answer(bytes.toString()), bytes })).toBeUndefined();
});
