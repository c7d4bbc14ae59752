import { expect, test } from "vitest";
import { endsRun, firstKnown } from "./ending-error.ts";

test("an error ends the run when a part of the testbed is gone, and only then", () => {
  const error = { code: "E_SERVICE", message: "the gateway no longer answers" };
  expect(endsRun({ ...error, details: { endsRun: true } })).toBe(true);
  for (const other of [error, { ...error, details: {} }, { message: "x", details: { endsRun: true } }]) {
    expect(endsRun(other)).toBe(false);
  }
});

test("a worker that was killed is named, because Vitest only says that it ended", () => {
  const mysql = { code: "E_MYSQL", message: "m" };
  const [killed, other] = [{ message: "Worker forks emitted error." }, { message: "x is not a function" }];
  expect(firstKnown([], [killed])).toMatchObject({
    code: "E_SERVICE",
    message: expect.stringMatching(/worker ended unexpectedly\n {2}-> .*npm run resume/) as string,
  });
  expect(firstKnown([], [other])).toBeUndefined();
  expect(firstKnown([], [other, mysql])).toMatchObject({ code: "E_MYSQL" });
});
