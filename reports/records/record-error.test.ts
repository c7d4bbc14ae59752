import { expect, test } from "vitest";
import { isRefusedBySystem, RecordError } from "./record-error.ts";

test("a file that the system refuses is distinguished from one whose content is wrong", () => {
  const of = (cause: Error): RecordError => new RecordError("cannot write x", { cause });
  for (const code of ["ENOSPC", "EROFS"])
    expect(isRefusedBySystem(of(Object.assign(new Error("write"), { code })))).toBe(true);
  const wrong = [of(new RecordError("its digest differs")), new RecordError("its digest differs"), new Error("ENOSPC")];
  expect(wrong.map(isRefusedBySystem)).toEqual([false, false, false]);
});
