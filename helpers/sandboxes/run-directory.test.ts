import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createRunDirectory, livingOwner, runDirectoryOf } from "./run-directory.ts";

test("a run's folder is ours while we live, and nobody else may list it", async () => {
  const { runId, path } = await createRunDirectory();
  onTestFinished(() => rm(path, { recursive: true }));
  expect(runId).toMatch(/^[0-9a-f]{6}$/);
  expect(path).toBe(runDirectoryOf(runId));
  expect((await stat(path)).mode & 0o777).toBe(0o711);
  expect(await livingOwner(runId)).toBe(process.pid);
});

test("our process id with another start time is somebody else", async () => {
  const { runId, path } = await createRunDirectory();
  onTestFinished(() => rm(path, { recursive: true }));
  await writeFile(join(path, "owner.json"), JSON.stringify({ pid: process.pid, startTicks: 1 }));
  expect(await livingOwner(runId)).toBeUndefined();
});

test("a run without a folder has no owner", async () => {
  expect(await livingOwner("0f0f0f")).toBeUndefined();
});
