import { expect, test } from "vitest";
import { isDiskFull, RecordError } from "./record-error.ts";

test("a full disk is distinguished from a file that cannot be written for other reasons", () => {
  const of = (code: string): RecordError =>
    new RecordError("cannot write x", { cause: Object.assign(new Error("write"), { code }) });
  expect(["ENOSPC", "EDQUOT", "EACCES"].map((code) => isDiskFull(of(code)))).toEqual([true, true, false]);
  expect(isDiskFull(new Error("x"))).toBe(false);
});
