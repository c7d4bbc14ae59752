import { expect, test } from "vitest";
import { findStrace } from "./find-strace.ts";

test("the absence of strace names its package", async () => {
  const missing = findStrace(() => Promise.resolve(undefined));
  await expect(missing).rejects.toThrow("Install the package strace: apt-get install strace");
});
