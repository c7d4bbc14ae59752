import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { fakeMachine } from "./fake-programs.test-support.ts";
import { aptScratch, sweepScratch, unpackScratch } from "./scratch.ts";

test("folders of a set-up that was killed are swept after an hour, others never", async () => {
  fakeMachine({});
  const folders = [await aptScratch(), await unpackScratch()].map(({ path }) => path);
  expect(await sweepScratch()).toEqual([]);
  expect(await sweepScratch(Date.now() + 3_700_000)).toEqual(folders);
  expect(folders.filter((path) => existsSync(path))).toEqual([]);
});
