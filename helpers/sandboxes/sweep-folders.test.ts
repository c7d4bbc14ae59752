import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { sweepFolders } from "./sweep-folders.ts";

test("folders of processes that are gone are removed, all others stay", async () => {
  const parent = await mkdtemp(join(tmpdir(), "sweep-folders-"));
  onTestFinished(() => rm(parent, { recursive: true }));
  const gone = "kalium-bench-progress-4194999-abcdef"; // above the kernel's largest process id
  const others = [`kalium-bench-smoke-${process.pid}-abcdef`, "kalium-bench-a1b2c3", "somebody-elses"];
  for (const name of [gone, ...others]) await mkdir(join(parent, name));
  expect(await sweepFolders(parent)).toEqual([join(parent, gone)]);
  expect((await readdir(parent)).toSorted()).toEqual(others.toSorted());
});
