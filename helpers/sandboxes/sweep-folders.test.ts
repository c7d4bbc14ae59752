import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ownedFolder, sweepFolders } from "./sweep-folders.ts";

test("folders of processes that are gone are removed, all others stay", async () => {
  const parent = await mkdtemp(join(tmpdir(), "sweep-folders-"));
  onTestFinished(() => rm(parent, { recursive: true }));
  const own = basename(`${await ownedFolder("smoke")}abcdef`);
  // Above the kernel's largest process id.
  const gone = ["kalium-bench-progress-4194999-abcdef", own.replace(`-${process.pid}n`, "-4194999n")];
  const others = [own, `kalium-bench-smoke-${process.pid}-abcdef`, "kalium-bench-a1b2c3", "somebody-elses"];
  for (const name of [...gone, ...others]) await mkdir(join(parent, name));
  expect((await sweepFolders(parent)).toSorted()).toEqual(gone.map((name) => join(parent, name)).toSorted());
  expect((await readdir(parent)).toSorted()).toEqual(others.toSorted());
});
